"""Every public layer class of `nn`, with inputs: `EXPORTED` by family, `REFUSED` with a part of the error's text."""

import autograd as ag
import nn
import nn.functional as F

ag.manual_seed(5)


class Through(nn.Module):
    """A layer inside a model of one input and one result."""

    def __init__(self, layer, use=lambda layer, x: layer(x)[0]):
        super().__init__()
        self.layer = layer
        self.use = use

    def forward(self, x):
        return self.use(self.layer, x)


def over(names, *args, shape=(2, 4), dims=(1, 2, 3), **kwargs):
    """The classes of such a name for each number of dimensions, on inputs (*shape, 6, ...)."""
    kinds = [(getattr(nn, f"{name}{d}d"), d) for name in names.split() for d in dims]
    return [(kind(*args, **kwargs), ag.randn(*shape, *(6,) * d)) for kind, d in kinds]


def on(shape, *layers):
    return [(layer, ag.randn(*shape)) for layer in layers]


def places(high, *shape):
    return ag.randint(0, high, shape)


def normalised(layer, x):
    """A layer whose running averages are not those that it began with."""
    layer(x * 2 + 0.5)
    return layer, x


ELEMENTWISE = on(
    (3, 4, 5),
    nn.CELU(0.7), nn.ELU(0.7), nn.GELU(), nn.GELU("tanh"), nn.SELU(), nn.LeakyReLU(0.2), nn.LogSigmoid(), nn.Mish(),
    nn.ReLU(), nn.ReLU(inplace=True), nn.ReLU6(), nn.Sigmoid(), nn.SiLU(), nn.Softplus(2.0, 1.0), nn.Softsign(),
    nn.Tanh(), nn.Tanhshrink(), nn.Hardshrink(0.3), nn.Hardsigmoid(), nn.Hardswish(), nn.Hardtanh(-0.5, 0.8),
    nn.Heaviside(), nn.Sign(), nn.Softshrink(0.3), nn.Threshold(0.1, 2.0), nn.PReLU(), nn.PReLU(4), nn.RReLU(),
    nn.Softmax(0), nn.Softmin(1), nn.LogSoftmax(-1), nn.Identity(), nn.Dropout(), nn.Dropout1d(), nn.AlphaDropout(),
    nn.FeatureAlphaDropout(), nn.VariationalDropout(),
)  # fmt: skip
DENSE = on(
    (3, 4, 6),
    nn.Linear(6, 2), nn.Linear(6, 2, bias=False), nn.LazyLinear(3), nn.LayerNorm(6), nn.LayerNorm([4, 6], bias=False),
    nn.LayerNorm(6, elementwise_affine=False), nn.RMSNorm(6), nn.RMSNorm([4, 6], eps=0.1), nn.GroupNorm(2, 4),
    nn.InstanceNorm1d(4), nn.GLU(), nn.GLU(1), nn.Maxout(6, 3, 2), nn.Flatten(), nn.Flatten(0, 1),
    nn.Unflatten(2, (2, 3)), nn.ChannelShuffle(2), nn.LocalResponseNorm(3),
    nn.Sequential(nn.Linear(6, 4), nn.ReLU()),
    Through(nn.ModuleList([nn.Linear(6, 6), nn.Linear(6, 2)]), lambda parts, x: parts[1](x + parts[0](x))),
    Through(nn.ModuleDict({"a": nn.Linear(6, 6), "b": nn.Tanh()}), lambda parts, x: ag.cat([parts["a"](x), x], 1)),
    Through(nn.ParameterList([nn.Parameter(ag.randn(6))]), lambda held, x: x * held[0]),
    Through(nn.ParameterDict({"a": nn.Parameter(ag.randn(4, 1))}), lambda held, x: held["a"] - x),
)  # fmt: skip
CONVOLUTIONS = [
    *over("Conv ConvTranspose", 4, 6, 3, padding=1),
    *over("Conv ConvTranspose", 4, 2, 2, stride=2, dilation=2, groups=2, bias=False),
    *over("LazyConv LazyConvTranspose", 2, 3),
    *over("ConvTranspose", 4, 3, 3, stride=2, padding=1, output_padding=1, dims=(1, 2)),
    *over("Conv", 4, 3, 3, padding="same", padding_mode="circular", dims=(1, 2)),
    *on((2, 4, 6), nn.LocallyConnected1d(4, 3, 6, 2)), *on((2, 4, 6, 5), nn.LocallyConnected2d(4, 3, (6, 5), 2)),
    *on((2, 4, 6, 6), nn.Unfold(2, stride=2), nn.Unfold(3, padding=1)),
    *on((2, 8, 9), nn.Fold((4, 4), 2)),
]  # fmt: skip
NORMALISED = [
    *(normalised(*case) for case in over("BatchNorm", 4)),
    *(normalised(*case) for case in over("BatchNorm", 4, affine=False, dims=(2,))),
    normalised(nn.SyncBatchNorm(4), ag.randn(2, 4, 6)),
    *(normalised(*case) for case in over("InstanceNorm", 4, affine=True, track_running_stats=True)),
    *over("LazyBatchNorm LazyInstanceNorm"), *over("InstanceNorm", 4, dims=(2, 3)),
    *on((4, 4), nn.BatchNorm1d(4, track_running_stats=False)),
    *on((2, 4, 5, 5), nn.CrossMapLRN2d(3), nn.GroupNorm(4, 4, affine=False)),
]  # fmt: skip
IMAGES = [
    *over("MaxPool AvgPool", 2), *over("MaxPool AvgPool", 3, 2, 1, ceil_mode=True),
    *over("MaxPool", 2, 1, dilation=2, dims=(1, 2)), *over("AvgPool", 3, 1, 1, count_include_pad=False, dims=(1, 2)),
    *over("AdaptiveAvgPool AdaptiveMaxPool", 1), *over("AdaptiveAvgPool AdaptiveMaxPool", 4),
    *over("LPPool", 2, 2), *over("Dropout"), *over("ZeroPad ReflectionPad ReplicationPad CircularPad", 2),
    *over("ConstantPad", 1, 0.7),
    *on((2, 4, 4, 4), nn.Softmax2d(), nn.PixelShuffle(2), nn.PixelUnshuffle(2), nn.Upsample(scale_factor=2),
        nn.Upsample((7, 5), mode="bilinear"), nn.Upsample(scale_factor=1.5, mode="bicubic", align_corners=True),
        nn.UpsamplingNearest2d(scale_factor=2), nn.UpsamplingBilinear2d(scale_factor=2)),
]  # fmt: skip
RECURRENT = [
    *on((2, 3), nn.RNNCell(3, 4), nn.RNNCell(3, 4, nonlinearity="relu"), nn.GRUCell(3, 4, bias=False)),
    *on((2, 3), Through(nn.LSTMCell(3, 4)), Through(nn.LSTMCell(3, 4), lambda cell, x: cell(x, cell(x))[1])),
    *on((5, 2, 3), *(Through(kind(3, 4)) for kind in (nn.RNN, nn.LSTM, nn.GRU))),
    *on((5, 2, 3), *(Through(kind(3, 4, bidirectional=True), lambda layer, x: layer(x)[1])
                     for kind in (nn.RNN, nn.GRU))),
    *on((5, 2, 3), Through(nn.LSTM(3, 4, 2), lambda layer, x: ag.cat(layer(x)[1], -1))),
    *on((5, 3), *(Through(kind(3, 4)) for kind in (nn.RNN, nn.LSTM, nn.GRU))),
    *on((2, 5, 3), *(Through(kind(3, 4, 2, bias=False, batch_first=True, bidirectional=True))
                     for kind in (nn.RNN, nn.LSTM, nn.GRU))),
    *on((2, 5, 3), *(Through(kind(3, 4, 2, batch_first=True, dropout=0.5)) for kind in (nn.RNN, nn.LSTM, nn.GRU))),
    *on((5, 2, 3), Through(nn.RNN(3, 4, 2, "relu", bidirectional=True)), Through(nn.LSTM(3, 4, single_bias=True)),
        Through(nn.LSTM(3, 4, 2, proj_size=2)), Through(nn.LSTM(3, 4, proj_size=2, bias=False, bidirectional=True)),
        *(Through(kind(3, 4, 2)) for kind in (nn.LayerNormLSTM, nn.MemoryCellRNN, nn.OriginalGRU, nn.PeepholeLSTM))),
]  # fmt: skip
ATTENTION = [
    *on((2, 5, 8), nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
        nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", norm_first=True),
        nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2, nn.LayerNorm(8)),
        Through(nn.MultiheadAttention(8, 2), lambda layer, x: layer(x, x, x)[0]),
        Through(nn.MultiheadAttention(8, 2), lambda layer, x: layer(x, x, x, need_weights=False)[0]),
        Through(nn.TransformerDecoderLayer(8, 2, 16), lambda layer, x: layer(x, x)),
        Through(nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), 2), lambda layer, x: layer(x, x)),
        Through(nn.Transformer(8, 2, 1, 1, 16), lambda layer, x: layer(x, x))),
]  # fmt: skip
PADDED = nn.ModuleList([
    nn.Embedding(7, 8), nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 1),
])  # fmt: skip
WORDS = [
    (Through(PADDED, lambda parts, x: parts[1](parts[0](x), src_key_padding_mask=x == 0)), places(3, 2, 5)),
    *((nn.EmbeddingBag(7, 3, mode=mode), places(7, 2, 5)) for mode in ("mean", "sum", "max")),
    *((nn.EmbeddingBag(2, 3, mode=mode, padding_idx=1), places(2, 4, 2)) for mode in ("mean", "sum", "max")),
    (nn.Sequential(nn.EmbeddingBag(7, 3), nn.Linear(3, 2)), places(7, 2, 5)),
    (Through(nn.Linear(7, 2), lambda layer, x: layer(F.one_hot(x, 7).float())), places(7, 2, 5)),
    (nn.Embedding(7, 3), places(7, 2, 5)), (nn.Embedding(7, 3, padding_idx=0), places(7, 4)),
    (nn.Sequential(nn.Embedding(7, 3), Through(nn.GRU(3, 4, batch_first=True)), nn.Linear(4, 2)), places(7, 2, 5)),
]  # fmt: skip
EXPORTED = {
    "elementwise": ELEMENTWISE, "dense": DENSE, "convolutions": CONVOLUTIONS, "normalised": NORMALISED,
    "images": IMAGES, "recurrent": RECURRENT, "attention": ATTENTION, "words": WORDS,
}  # fmt: skip

VECTORS = [
    nn.BCELoss(), nn.BCEWithLogitsLoss(), nn.CTCLoss(), nn.CosineEmbeddingLoss(), nn.CrossEntropyLoss(),
    nn.GaussianNLLLoss(), nn.HingeEmbeddingLoss(), nn.HingeLoss(), nn.HuberLoss(), nn.KLDivLoss(), nn.L1Loss(),
    nn.MSELoss(), nn.MarginRankingLoss(), nn.MultiLabelMarginLoss(), nn.MultiLabelSoftMarginLoss(),
    nn.MultiMarginLoss(), nn.NLLLoss(), nn.PerceptronLoss(), nn.PoissonNLLLoss(), nn.SmoothL1Loss(),
    nn.SoftMarginLoss(), nn.TripletMarginLoss(), nn.TripletMarginWithDistanceLoss(), nn.Bilinear(3, 3, 2),
    nn.CosineSimilarity(), nn.PairwiseDistance(), nn.MultiheadAttention(4, 2), nn.TransformerDecoderLayer(4, 2),
    nn.Transformer(4, 2, 1, 1, 8), nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2), 1), nn.GraphConv(3, 2),
    nn.GCNConv(3, 2), nn.GATConv(3, 2), nn.TopKPooling(3), nn.NegativeSampling(5, 3), nn.HierarchicalSoftmax(3, [1, 2]),
    nn.AdaptiveLogSoftmaxWithLoss(8, 6, [2]), nn.MaxUnpool1d(2), nn.MaxUnpool2d(2), nn.MaxUnpool3d(2),
]  # fmt: skip
REFUSED = [
    (nn.FractionalMaxPool2d(2, 3), ag.randn(2, 3, 6, 6), "a look at the values.*outside the exported model"),
    (nn.FractionalMaxPool3d(2, 3), ag.randn(2, 3, 6, 6, 6), "a look at the values.*outside the exported model"),
    *((layer, ag.randn(3, 4), "a model of one input.*Export a module around it") for layer in VECTORS),
    *((kind(3, 4), ag.randn(5, 2, 3), "one tensor.*Export a module around it") for kind in (nn.RNN, nn.LSTM, nn.GRU)),
    (nn.EmbeddingBag(7, 3, max_norm=1.0), places(7, 2, 5), "a look at the values.*outside the exported model"),
    (nn.Embedding(7, 3, max_norm=1.0), places(7, 2), "a look at the values.*outside the exported model"),
]
