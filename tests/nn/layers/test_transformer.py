"""Transformers: shapes, masks that hide the future, what is refused. Their numbers are held against PyTorch's."""

import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, ShapeError


def test_the_future_is_hidden():
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, dtype=ag.float64)
    mask = nn.Transformer.generate_square_subsequent_mask(5, dtype=ag.float64)
    x = ag.randn(5, 2, 8, dtype=ag.float64)
    changed = x.clone()
    changed[3:] += 1
    before, after = layer(x, mask, is_causal=True), layer(changed, mask, is_causal=True)
    assert before[:3].equal(after[:3]) and not before[3:].allclose(after[3:])


def test_stacks_of_copies():
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 3, nn.LayerNorm(8)).eval()
    first, second = encoder.layers[0].linear1.weight, encoder.layers[1].linear1.weight
    assert first.equal(second) and first is not second and len(encoder.layers) == 3
    assert encoder(ag.randn(2, 5, 8)).shape == (2, 5, 8) and encoder(ag.randn(5, 8)).shape == (5, 8)
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, batch_first=True), 2)
    assert decoder(ag.randn(2, 4, 8), ag.randn(2, 5, 8)).shape == (2, 4, 8)


def test_own_parts_and_activations():
    model = nn.Transformer(8, 2, custom_encoder=nn.Identity(), num_decoder_layers=1, activation=ag.tanh)
    assert isinstance(model.encoder, nn.Identity) and model.decoder.layers[0].activation is ag.tanh


def test_refused():
    with pytest.raises(ArgumentError, match='"relu", "gelu" or a function'):
        nn.TransformerEncoderLayer(8, 2, activation="step")
    with pytest.raises(ShapeError, match="8 features"):
        nn.Transformer(8, 2, 1, 1)(ag.zeros(2, 1, 6), ag.zeros(2, 1, 8))
