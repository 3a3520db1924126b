#include "hone/apps/eyemap/sample_numbers.h"

#include <algorithm>
#include <cmath>

namespace hone::eyemap {

double sample_exp_minus(double m) {
    constexpr double kOneOverE = 0.36787944117144233;
    constexpr int kTerms = 18;
    const double whole = std::floor(m);
    const double f = m - whole;
    double p = 1;
    for (int j = kTerms; j >= 1; --j)
        p = 1 - f / j * p;
    for (double n = 0; n < whole; ++n)
        p *= kOneOverE;
    return p;
}

std::int64_t SampleStream::poisson(double mean) {
    if (!(mean > 0)) return 0;
    if (mean >= 30)
        return std::max<std::int64_t>(0,
                                      static_cast<std::int64_t>(std::floor(mean + std::sqrt(mean) * normal() + 0.5)));
    const double bound = sample_exp_minus(mean);
    double p = 1;
    for (std::int64_t k = 0;; ++k) {
        p *= unit();
        if (p <= bound) return k;
    }
}

}  // namespace hone::eyemap
