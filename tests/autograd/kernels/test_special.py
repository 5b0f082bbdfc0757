"""Special functions against values computed with mpmath at 40 digits, and at their poles and ends."""

import math

import numpy as np
import pytest

from autograd.kernels import special

INF, NAN = math.inf, math.nan

ERF = {-6.0: -1.0, -1.0: -0.8427007929497149, -1e-10: -1.1283791670955126e-10, 0.3: 0.3286267594591274,
       2.5: 0.999593047982555, INF: 1.0, -INF: -1.0}  # fmt: skip
ERFC = {-2.0: 1.9953222650189528, 0.5: 0.4795001221869535, 5.0: 1.537459794428035e-12, 20.0: 5.395865611607901e-176,
        26.5: 2.2109076642637343e-307, INF: 0.0, -INF: 2.0}  # fmt: skip
ERFINV = {1e-300: 8.86226925452758e-301, -1e-05: -8.862269254759594e-06, 0.001: 0.0008862271574665521,
          0.3: 0.2724627147267543, 0.4999: 0.4768250236254278, 0.5: 0.4769362762044699, -0.9: -1.1630871536766743,
          1 - 2.0**-20: 3.465505025803331, 1 - 2.0**-53: 5.8635847487551676, 1.0: INF, -1.0: -INF, 1.5: NAN,
          -INF: NAN, 0.0: 0.0}  # fmt: skip
LGAMMA = {1e-10: 23.025850929882736, 0.5: 0.5723649429247001, 1.0000001: -5.772155829918507e-08,
          1.9999: -4.227520877215346e-05, 3.7: 1.428072326665388, 150.0: 600.0094705553274, 1e10: 220258509288.81058,
          -0.5: 1.2655121234846454, -3.28: -0.7488880934247443, -20.5: -42.70719597482576, 0.0: INF, -1.0: INF,
          INF: INF}  # fmt: skip
DIGAMMA = {1e-10: -10000000000.577215, 0.1: -10.423754940411076, 1.0: -0.5772156649015329, 1.25: -0.22745353337626542,
           1.4616: -3.110625123034165e-05, 1.4617: 6.56593922936765e-05, 1.5: 0.03648997397857652,
           1.7: 0.2085478748734939, 5.0: 1.5061176684318005, 100.0: 4.600161852738087, 1e15: 34.538776394910684,
           -0.5: 0.03648997397857652, -1.3: 2.8825405488661673, -19.9: -6.653193009914793, 0.0: -INF, -1.0: NAN,
           INF: INF, -INF: NAN}  # fmt: skip
POLYGAMMA = {
    1: {1e-4: 100000001.64469367, 0.5: 4.934802200544679, 1.0: 1.6449340668482264, 3.7: 0.3100378576700383,
        40.0: 0.02531510384129103, 1e6: 1.0000005000001667e-06, -0.5: 8.934802200544679, -1.3: 14.53687624413708,
        -19.9: 103.3068293100419, 0.0: INF, -3.0: INF, INF: 0.0},
    2: {1e-4: -2000000000002.403, 0.5: -16.82879664423432, 1.0: -2.4041138063191885, 3.7: -0.09539530872855403,
        40.0: -0.0006408202718352986, 1e6: -1.0000010000005e-12, -0.5: -0.82879664423432, -1.3: 68.54941347116214,
        -19.9: -1998.6620618149266},
    5: {1e-4: 1.1999999999999997e26, 0.5: 7691.113548602436, 1.0: 122.0811674381339, 3.7: 0.06393975390203979,
        40.0: 2.4938943509996704e-07, 1e6: 2.400006000006e-29, -0.5: 15371.113548602436, -1.3: 165659.24299740966,
        -19.9: 120000297.90889408},
    12: {1e-4: -4.790015999999997e60, 0.5: -3923983571677.6094, 1.0: -479060379.8898314, 3.7: -20.62507090000477,
         40.0: -2.755399787284401e-12, 1e6: -3.9917039501318915e-65, -1.3: 3004370635071801.5,
         -19.9: -4.790015999997369e21},
}  # fmt: skip


def assert_agreement(function, table, rtol):
    x, expected = np.array(list(table)), np.array(list(table.values()))
    np.testing.assert_allclose(function(x), expected, rtol=rtol, atol=0)


def test_error_function():
    assert_agreement(special.erf, ERF, 3e-16)
    assert_agreement(special.erfc, ERFC, 5e-16)


def test_error_function_in_single_precision():
    x = np.concatenate([np.linspace(-5, 5, 20_001), [1e-30, -1e-10, INF, -INF]]).astype(np.float32)
    exact = np.array([math.erf(value) for value in x.tolist()])
    np.testing.assert_allclose(special.erf(x), exact, rtol=2.0**-24 * 1.01, atol=0)
    assert np.isnan(special.erf(np.array([NAN], np.float32)))[0]


def test_inverse_error_function():
    assert_agreement(special.erfinv, ERFINV, 4e-16)


def test_logarithm_of_gamma():
    assert_agreement(special.lgamma, LGAMMA, 1e-15)


def test_digamma():
    assert_agreement(lambda x: special.polygamma(0, x), DIGAMMA, 4e-15)


@pytest.mark.parametrize("order", POLYGAMMA)
def test_polygamma(order):
    assert_agreement(lambda x: special.polygamma(order, x), POLYGAMMA[order], 4e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (0, 3), (3, 2), (70, 1000)])
def test_shapes_dtypes_and_strides(shape, dtype):
    x = np.random.default_rng(0).uniform(-2, 2, shape).astype(dtype)
    expected = np.vectorize(math.erf, otypes=[np.float64])(x).astype(dtype)
    for laid in (x, np.asfortranarray(x), np.stack([x, x], axis=-1)[..., 0]):
        before = laid.copy()
        found = special.erf(laid)
        assert found.dtype == dtype and found.shape == laid.shape
        np.testing.assert_allclose(found, expected.reshape(laid.shape), rtol=np.finfo(dtype).eps)
        np.testing.assert_array_equal(laid, before)


def test_the_number_of_threads_does_not_change_results():
    x = np.random.default_rng(1).uniform(-5, 5, 100_001)
    for function in (special.erf, special.erfc, special.erfinv, special.lgamma, lambda x: special.polygamma(0, x)):
        pieces = [function(piece) for piece in np.array_split(x, 100)]
        np.testing.assert_array_equal(function(x), np.concatenate(pieces))
