"""What lessons and exercises need beside the models: figures, sliders, checks, comparisons."""
