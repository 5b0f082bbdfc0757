"""The random stream against numbers recorded from PyTorch 2.13."""

import hashlib

import numpy as np
import pytest

from autograd import random

SEED = 2024
F16, F32, F64 = np.float16, np.float32, np.float64
ROWS = np.array([[0.1, 0.2, 0.3, 0.4], [4, 3, 2, 1]], F32)


@pytest.fixture
def generator():
    return random.Generator().manual_seed(SEED)


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


# Every literal below was printed by PyTorch 2.13 on a CPU after torch.manual_seed(2024).
EXACT = {
    "rand float32": (lambda g: g.uniform((3,)), [0.5317158699035645, 0.8312679529190063, 0.9718379974365234]),
    "rand float64": (lambda g: g.uniform((3,), F64), [0.25372732026738665, 0.7747043317543358, 0.33521823650125215]),
    "rand float16": (lambda g: g.uniform((3,), F16), [0.53173828125, 0.8310546875, 0.9716796875]),
    "uniform_ symmetric": (
        lambda g: g.uniform((3,), F32, -0.5, 0.5),
        [0.03171586990356445, 0.33126795291900635, 0.47183799743652344],
    ),
    "uniform_ float32": (
        lambda g: g.uniform((3,), F32, 0.1, 0.7),
        [0.41902950406074524, 0.598760724067688, 0.6831027865409851],
    ),
    "uniform_ float64": (
        lambda g: g.uniform((3,), F64, 0.1, 0.7),
        [0.252236392160432, 0.5648225990526015, 0.3011309419007513],
    ),
    "uniform_ float64 symmetric": (
        lambda g: g.uniform((3,), F64, -0.3, 0.3),
        [-0.14776360783956802, 0.1648225990526015, -0.0988690580992487],
    ),
    "randn float32, fewer than 16": (
        lambda g: g.normal((5,)),
        [-0.040429167449474335, 1.7259920835494995, -0.8140387535095215, 1.372166633605957, 0.5059648156166077],
    ),
    "randn float64, fewer than 16": (
        lambda g: g.normal((5,), F64),
        [-0.04042916736941367, 1.72599212022981, -0.8140387642807665, 1.3721666341808492, 0.505964787487793],
    ),
    "randn float16, fewer than 16": (
        lambda g: g.normal((5,), F16),
        [-0.040435791015625, 1.7255859375, -0.81396484375, 1.3720703125, 0.505859375],
    ),
    "normal_ with mean and std": (
        lambda g: g.normal((5,), F64, 1.5, 0.2),
        [1.4919141665261173, 1.845198424045962, 1.3371922471438467, 1.7744333268361698, 1.6011929574975585],
    ),
    "randint one word": (lambda g: g.integers(0, 10, (5,)), [2, 0, 4, 0, 3]),
    "randint 2^28 - 1 is one word": (
        lambda g: g.integers(-5, 2**28 - 6, (3,)),
        [109584012, 30723585, 49859174],
    ),
    "randint 2^28 is two words": (lambda g: g.integers(0, 2**28, (3,)), [30723578, 220105344, 140080676]),
    "randint 2^40": (lambda g: g.integers(0, 2**40, (3,)), [587367501306, 415489755776, 118520116772]),
    "random_ all 64 bits": (
        lambda g: g.integers(-(2**63), None, (3,)),
        [-7599790798471377414, -5550464023895569792, 3470791090525271588],
    ),
    "random_ float16": (lambda g: g.integers(0, 65504, (3,), F16), [51648, 20288, 37792]),
    "random_ float32": (lambda g: g.integers(0, 2**24 + 1, (3,), F32), [8920562, 13946169, 16304558]),
    "random_() uint8": (lambda g: g.any_integers((4,), np.uint8), [136, 250, 96, 128]),
    "random_() int8": (lambda g: g.any_integers((4,), np.int8), [8, 122, 96, 0]),
    "random_() int16": (lambda g: g.any_integers((4,), np.int16), [7816, 19962, 19040, 2688]),
    "random_() int32": (lambda g: g.any_integers((4,), np.int32), [378019464, 1104465402, 855165536, 1025411712]),
    "random_() int64": (
        lambda g: g.any_integers((3,)),
        [1623581238383398394, 3672908012959206016, 3470791090525271588],
    ),
    "random_() float16": (lambda g: g.any_integers((4,), F16), [2015, 1640, 1555, 419]),
    "random_() float32": (lambda g: g.any_integers((3,), F32), [8920562, 13946169, 16304558]),
    "random_() float64": (lambda g: g.any_integers((2,), F64), [2285372530018630, 6977916279620841]),
    "randperm": (lambda g: g.permutation(10), [2, 3, 0, 8, 7, 5, 1, 9, 4, 6]),
    "bernoulli float32": (lambda g: g.bernoulli(np.linspace(0, 1, 12, dtype=F32)), [0, 0, 0] + [1] * 9),
    "bernoulli float64": (lambda g: g.bernoulli(np.linspace(0, 1, 12)), [0] * 5 + [1] * 7),
    "bernoulli_ with a number": (lambda g: g.bernoulli_scalar(0.3, (12,)), [1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0]),
    "dropout": (lambda g: g.keep_mask(0.3, (12,)), [1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1]),
    "exponential_": (
        lambda g: g.exponential((3,), F32, 1.5),
        [0.19510948657989502, 0.9935610890388489, 0.2721976339817047],
    ),
    "cauchy_": (lambda g: g.cauchy((3,), F32, 1, 2), [-0.9537011384963989, 3.337299346923828, -0.1389632225036621]),
    "geometric_": (lambda g: g.geometric(0.3, (6,), np.int64), [4, 1, 4, 1, 1, 5]),
    "log_normal_": (
        lambda g: g.log_normal((3,), F32, 0.5, 0.3),
        [1.6288450956344604, 2.7670938968658447, 1.2914793491363525],
    ),
    "multinomial, one each": (lambda g: g.multinomial(ROWS, 1), [[2], [1]]),
    "multinomial without replacement": (lambda g: g.multinomial(ROWS[0], 3), [2, 0, 3]),
    "multinomial with replacement": (lambda g: g.multinomial(ROWS, 5, True), [[1, 3, 2, 3, 3], [0, 0, 1, 1, 0]]),
    "random u64": (lambda g: [g.random_u64()], [2**64 - 7599790798471377414]),
}


@pytest.mark.parametrize("name", EXACT)
def test_recorded_numbers_to_the_bit(name, generator):
    draw, expected = EXACT[name]
    found = np.asarray(draw(generator))
    np.testing.assert_array_equal(found, np.array(expected).astype(found.dtype))


NORMAL_17 = {
    F32: [
        [-1.2262355089187622, -2.1806845664978027, 0.3699551522731781, 0.4143979847431183, 1.856718897819519],
        [1.977582573890686, -0.4321559965610504, 1.3667176961898804, 0.7130761742591858, -0.04211912304162979],
        [1.6579234600067139, -1.3084688186645508, 0.9961832761764526, 0.9390771389007568, 1.4147526025772095],
        [0.6343358159065247, -0.07764512300491333],
    ],
    F64: [
        [-0.7040247420378066, -0.910913917690119, 0.7266241169549239, 0.7376994408777768, 0.21284067265803128],
        [-1.0786394410531068, -1.6878389209252838, 1.2607522161170863, -1.9158620045555208, 0.8126834201363056],
        [0.962984156469451, 1.8027516408780853, -0.9460103469053192, -1.027550524001919, 1.698769938508277],
        [0.5853117384352154, 0.6893051953204657],
    ],
    F16: [
        [-1.2265625, 0.1236572265625, -2.181640625, 0.369873046875, 0.414306640625, 1.8564453125, 1.9775390625],
        [-0.43212890625, 1.3671875, 0.84326171875, -0.0421142578125, 1.658203125, -1.30859375, 0.99609375],
        [0.93896484375, 1.4150390625, 0.63427734375],
    ],
}


@pytest.mark.parametrize("dtype", NORMAL_17)
def test_recorded_normal_numbers_in_blocks(dtype, generator):
    found = generator.normal((17,), dtype)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, np.concatenate(NORMAL_17[dtype]).astype(dtype))


def test_normal_numbers_for_strided_memory_come_in_pairs(generator):
    together = generator.normal((17,), contiguous=False)
    generator.manual_seed(SEED)
    apart = np.concatenate([generator.normal((n,)) for n in (3, 4, 10)])
    np.testing.assert_allclose(together, apart, rtol=1e-7)
    np.testing.assert_array_equal(together[:5], np.array(EXACT["randn float32, fewer than 16"][1], F32))


def test_the_second_of_a_pair_waits_for_the_next_call(generator):
    first, between, after = generator.normal((3,)), generator.uniform((2,)), generator.normal((5,))
    generator.normal((16,))
    last = generator.normal((2,))
    assert first.tolist() == [-0.040429167449474335, 1.7259920835494995, -0.8140387535095215]
    assert between.tolist() == [0.4848504662513733, 0.7492141127586365]
    assert after.tolist() == [
        1.372166633605957,
        0.2053595781326294,
        0.9691402316093445,
        -0.9116809964179993,
        0.5605461001396179,
    ]
    assert last.tolist() == [-1.1911356449127197, -0.19109442830085754]
    assert digest(generator.get_state()) == "53dfd7cfc7b6cc33"


# SHA-256 of PyTorch's results, whole arrays: each crosses many chunks and the bulk kernel.
LARGE = {
    "rand float32": (lambda g: g.uniform((1000003,)), "342fd24d1ac5c6b4"),
    "rand float64": (lambda g: g.uniform((1000003,), F64), "adbeecc319c254c0"),
    "uniform_": (lambda g: g.uniform((1000003,), F32, 0.1, 0.7), "1d2a21f8dd75bbe2"),
    "randint one word": (lambda g: g.integers(0, 10, (1000003,)), "627d88cb643aefb4"),
    "randint two words": (lambda g: g.integers(0, 2**40, (1000003,)), "2854ce6cec49ae4b"),
    "randperm 10000": (lambda g: g.permutation(10000), "87d6850e82295149"),
    "randperm 10^6": (lambda g: g.permutation(10**6), "cc4ed1542255e853"),
    "bernoulli_": (lambda g: g.bernoulli_scalar(0.3, (1000003,)), "5cfc40be0d8b27e2"),
}


@pytest.mark.parametrize("name", LARGE)
def test_recorded_digests_of_large_draws(name, generator):
    draw, expected = LARGE[name]
    assert digest(draw(generator)) == expected


@pytest.mark.parametrize("dtype", [F32, F64])
def test_one_large_draw_is_many_small_ones(dtype, generator):
    large = generator.uniform((200_000,), dtype)
    generator.manual_seed(SEED)
    small = [generator.uniform((n,), dtype) for n in (1, 623, 624, 625, 30_000, 65_536, 102_591)]
    np.testing.assert_array_equal(large, np.concatenate(small))


def test_words_are_those_of_numpys_twister(generator):
    legacy = np.random.RandomState(SEED)
    stream = random.RandomStream(SEED)
    for count in (1, 700, 70_000, 5, 200_000):
        np.testing.assert_array_equal(stream.words(count), legacy.randint(0, 2**32, count, np.uint32))
