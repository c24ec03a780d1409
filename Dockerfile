# syntax=docker/dockerfile:1
# This repository with its .venv, from requirements.lock, and the kernels built.
#   docker build --tag sculpt .                                  # --build-arg TORCH=cpu leaves CUDA's libraries out
#   docker run --rm --volume "$PWD/results:/sculpt/results" --volume "$PWD/figures:/sculpt/figures" sculpt reproduce
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc git libc6-dev make \
    && rm -rf /var/lib/apt/lists/*

ARG TORCH=cuda
WORKDIR /sculpt
COPY . .
RUN --mount=type=cache,target=/root/.cache make TORCH="$TORCH" kernels

ENTRYPOINT ["make"]
CMD ["reproduce"]
