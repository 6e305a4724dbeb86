"""compiled_epoch: a network's training through one epoch, as one graph."""

import keras
import tensorflow as tf

from regtrack.training.mixing import mixing_of
from regtrack.training.objective import make_loss
from regtrack.training.random_numbers import RandomNumbers
from regtrack.training.sharpness import radius_of, step_aside
from regtrack.variants.variant import Variant


def compiled_epoch(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    total: tf.Variable,
    random_numbers: RandomNumbers,
    *,
    variant: Variant,
    loss_of,
    n_classes: int,
    batch: int,
    whole: bool = False,
):
    """`run_epoch(x, labels, order)`: a step a batch of the examples in this order, updating the model.

    x, labels are (n, ...) and (n,) int32, the examples of which `order` (any number,) int32 chooses. They are handed in and
    not held: what a graph captures that Keras' optimizer is at work in stays in memory when nobody has the graph any more,
    and the examples of every variant would (pinned by a test).

    Args:
        variant: may mix the examples, and may ask for the gradient at another point.
        random_numbers: of the model.
        total: float64; the cross-entropies of the examples, as each step meets them, are added to it.
        loss_of: from `make_loss`, what is trained on.
        batch: examples a step.
        whole: compile the epoch as a whole by XLA, for orders of one length.
    """
    # The plain cross-entropy whatever is trained on; where that is what is trained on, it is not computed twice.
    plain_of = make_loss(Variant(), n_classes)
    is_plain = isinstance(loss_of, type(plain_of))

    mixing, radius = mixing_of(variant), radius_of(variant)

    def gradients_here(inputs, in_shares):
        with tf.GradientTape() as tape, random_numbers.of_step(optimizer.iterations):
            probs = model(inputs, training=True)
            data_term = in_shares(loss_of, probs)
            loss = tf.add_n([data_term, *model.losses])
        return tape.gradient(loss, model.trainable_variables), probs, data_term

    # As Keras traces its own steps: to rewrite all that they call is a tenth of what a variant's tracing takes.
    @tf.autograph.experimental.do_not_convert
    def step(x, labels, rows):
        given = tf.gather(labels, rows)
        inputs = tf.gather(x, rows)

        def in_shares(loss, probs):
            return loss(given, probs)

        if mixing:
            inputs, in_shares = mixing(inputs, given, random_numbers.of_examples(optimizer.iterations))
        if radius:
            with step_aside(model, radius) as climb:
                gradients, probs, data_term = gradients_here(inputs, in_shares)
                climb(gradients)
                gradients, _, _ = gradients_here(inputs, in_shares)
        else:
            gradients, probs, data_term = gradients_here(inputs, in_shares)
        optimizer.apply(gradients, model.trainable_variables)  # applies the constraints too
        plain = data_term if is_plain else in_shares(plain_of, probs)
        total.assign_add(tf.cast(plain, tf.float64) * tf.cast(tf.shape(rows)[0], tf.float64))

    def on_the_graph(x, labels, order):
        n = tf.shape(order)[0]
        for i in tf.range((n + batch - 1) // batch):
            step(x, labels, order[i * batch : (i + 1) * batch])

    def by_xla(x, labels, order):
        # It compiles for sizes that are known: the loop takes whole batches, what is left over is a step of its own.
        n = order.shape[0]
        for i in tf.range(n // batch):
            step(x, labels, tf.slice(order, [i * batch], [batch]))
        if n % batch:
            step(x, labels, order[n // batch * batch :])

    return tf.function(by_xla, jit_compile=True) if whole else tf.function(on_the_graph)
