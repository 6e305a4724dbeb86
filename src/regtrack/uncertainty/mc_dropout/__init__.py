"""Monte Carlo dropout: the layer, the conversion of a trained model, the passes."""
