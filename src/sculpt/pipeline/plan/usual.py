"""Rates of work where this machine has no logs: those of the experiment `digits`, ten seeds, on two cores.

From the logs of its 224 jobs of November 2026, which took 218 CPU s, as `sculpt.pipeline.plan.rates` has them; what
`digits` has not, other analyses and prunes by other criteria, from those of `digits-full`. A kind that is not here is
held to work as the mean of the other kinds of its stage does, which is a guess.
"""

from sculpt.pipeline.plan.rates import Rates

USUAL = Rates(
    {
        ("prepare_data",): (1.48,),
        ("initialize",): (0.09,),
        ("generate_mask", "balanced"): (0.00439,),
        ("generate_mask", "erk"): (0.00496,),
        ("generate_mask", "grasp"): (0.064,),
        ("generate_mask", "magnitude"): (0.0022,),
        ("generate_mask", "snip"): (0.0149,),
        ("generate_mask", "synflow"): (0.0682,),
        ("generate_mask", "uniform"): (0.00439,),
        ("train_node", "kernels", "cpu", "magnitude"): (0.5, 0.0211, 0.0106),
        ("train_node", "kernels", "cpu", "erk"): (0.0, 0.028, 0.0277),
        ("train_node", "kernels", "cpu", "grasp"): (0.0, 0.105, 0.0374),
        ("train_node", "kernels", "cpu", "snip"): (0.0, 0.0437, 0.0293),
        ("train_node", "kernels", "cpu", "synflow"): (0.0, 0.123, 0.013),
        ("evaluate", "kernels"): (0.138, 0.0249),
        ("look_at_hardware", "kernels"): (0.0, 0.0632),
        ("look_at_hardware", "torch"): (0.0, 0.167),
        ("analyse", "connectivity"): (1.04, 0.0566),
        ("analyse", "curvature"): (18.0, 0.443),
        ("analyse", "one_neuron"): (0.0, 0.0522),
        ("analyse", "overlap"): (0.0686, 0.0014),
        ("analyse", "signs"): (0.05, 0.000655),
        ("analyse", "training_cost"): (0.0, 0.0117),
        ("summarise",): (1.57,),
        ("compare_hardware",): (0.43,),
        ("judge",): (1.75,),
        ("plot", "accuracy_vs_cost"): (1.62,),
        ("plot", "accuracy_vs_density"): (1.3,),
        ("plot", "hardware_sensitivity"): (2.18,),
        ("plot", "layer_densities"): (0.7,),
        ("plot", "mask_overlap"): (0.95,),
        ("plot", "start_target_map"): (1.77,),
        ("plot", "training_loss"): (0.78,),
    }
)
