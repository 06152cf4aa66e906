"""Pictures that are no scene of Pocket World, made at random: negatives for training and evaluation."""
