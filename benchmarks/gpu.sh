#!/usr/bin/env bash
# Everything that needs a CUDA device, in one call of at most nine minutes: the tests, the performance table, the
# accuracy of the dense ResNet-20, and a small real experiment with its claims. A part that fails or takes too long
# leaves the others, and what it has measured till then.
#
#   benchmarks/gpu.sh [--smoke] [FOLDER_OF_WHEELS]
#
# For a machine that has Python 3.11 or newer with torch, and no network: what else is needed is installed from the
# folder of wheels, beside that Python and not into it. CIFAR-10 lies in torchvision's layout below $SCULPT_DATA
# (default: data/raw). The log and the results go to $OUT (default: benchmarks/results). $PYTHON names another Python.
# $PARTS names those to run (default: "tests table dense claims"). --smoke runs each in small, on the CPU, without CIFAR-10.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

smoke=
if [ "${1:-}" = --smoke ]; then smoke=yes && shift; fi
wheels=${1:-}
python=${PYTHON:-python3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ -n "$smoke" ]; then out=${OUT:-$scratch/results}; else out=${OUT:-benchmarks/results}; fi
mkdir -p "$out"
export PYTHONPATH=$scratch/site:$PWD/src PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1

install() {
  if [ -n "$wheels" ]; then
    "$python" -m pip install --quiet --no-index --no-deps --target "$scratch/site" "$wheels"/*.whl || return
  fi
  "$python" - <<'PYTHON'
import importlib, sys
missing = []
for module in ("torch torchvision pandas seaborn scipy.stats sklearn.model_selection safetensors.torch pydantic "
               "ruamel.yaml pytest hypothesis").split():
    try:
        importlib.import_module(module)
    except ImportError as error:
        missing.append(f"{module}: {error}")
if missing:
    sys.exit("\n".join([*missing, "put what is missing into one folder, as wheels for this Python, and name it"]))
PYTHON
}

failed=
left() { echo $((SECONDS < 539 ? 540 - SECONDS : 1)); }

step() { # name, limit in seconds, command
  local left code
  left=$(left)
  case " ${PARTS:-tests table dense claims} " in *" $1 "*) ;; *) return ;; esac
  echo "== $1, second $SECONDS"
  timeout --kill-after=5 $(($2 < left ? $2 : left)) "${@:3}" 2>&1 | tee "$scratch/$1.log"
  code=${PIPESTATUS[0]}
  if [ "$code" -ne 0 ]; then echo "$1: exit code $code" && failed="$failed $1"; fi
  return "$code"
}

main() {
  install || return
  if [ -n "$smoke" ]; then
    step tests 60 "$python" -m pytest -rs -p no:cacheprovider tests/training/test_sgd.py
    step table 180 "$python" benchmarks/training.py --smoke --without-compile
    step dense 60 "$python" benchmarks/small_experiment.py smoke-dense --out "$out/dense"
    step claims 120 "$python" benchmarks/small_experiment.py smoke --out "$out/claims"
  else
    step tests 100 "$python" -m pytest -rs -p no:cacheprovider tests/training tests/models tests/data
    if grep -qs "no CUDA device" "$scratch/tests.log"; then failed="$failed CUDA-tests-skipped"; fi
    step table 240 "$python" benchmarks/training.py --out "$out"
    step dense 140 "$python" benchmarks/small_experiment.py dense --out "$out/dense"
    step claims 540 "$python" benchmarks/small_experiment.py claims --out "$out/claims" --seconds $(($(left) - 30))
  fi
  if [ -n "$failed" ]; then echo "failed:$failed" && return 1; fi
  echo "all done in $SECONDS s"
}

main 2>&1 | tee "$out/gpu.log"
exit "${PIPESTATUS[0]}"
