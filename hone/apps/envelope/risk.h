#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/envelope/balance.h"
#include "hone/apps/envelope/units.h"

namespace hone::envelope {

/// How production moved about its straight trend. All numbers that are reported are rounded to 12 digits.
struct RiskModel {
    YearRange years;
    std::vector<double> shocks;   ///< (v - trend) / trend of each year
    double trend_last = 0;        ///< value of the trend in the last year, in the unit of the series
    double slope = 0;             ///< of the trend, a year
    double sigma = 0;             ///< population standard deviation of the shocks
    double durbin_watson = 0;     ///< sum of squared steps of the shocks over the sum of their squares
    std::optional<double> early;  ///< sigma of the years up to 1990, if there are two or more
    std::optional<double> late;   ///< sigma of the years after 1990
    std::optional<double> ratio;  ///< late / early
};
/// Fits a least-squares line to one value a year and looks at the rest. The fit is exact (128-bit integers), each shock
/// one division of doubles. Fault::Input `envelope.risk-series` for fewer than three years, a trend that is not above
/// zero, or a series without variation.
RiskModel risk_model(YearRange years, std::span<const std::int64_t> values);

/// Population standard deviation; 0 for fewer than two values.
double population_deviation(std::span<const double> values);
/// Durbin-Watson statistic of residuals; nothing if all are zero.
std::optional<double> durbin_watson(std::span<const double> residuals);

enum class TailKind : std::uint8_t {
    Sigma,     ///< P(loss > x) = 0.32^(x / scale), scale = sigma times the trend: exp(-x / h) with h = scale / -ln 0.32
    Shortfall  ///< P(loss > x) = share exp(-x / scale), scale = mean shortfall of the bad years, share = theirs of all
};

/// How likely a loss is exceeded in a year.
struct Tail {
    TailKind kind = TailKind::Sigma;
    double scale_kcal = 0;
    double share = 1;

    /// P(loss > x), to 12 digits. Requires: x >= 0.
    double probability(Energy loss) const;
    /// h, to 12 digits: the loss after which the probability falls by 1/e.
    double decay_kcal() const;
};
/// Tail of these shocks where the trend stands at `trend_kcal`.
Tail tail_of(TailKind kind, std::span<const double> shocks, double trend_kcal);

struct Resampling {
    std::int64_t resamples = 1000;
    std::int64_t block = 5;  ///< years in a row that stay together; 1 = single years (iid)
    std::uint64_t key = 1;   ///< of the generator
};
inline constexpr std::int64_t kMostResamples = 100'000;

/// Indices of one resample of n values: circular blocks from starts (h16(800, 65536 resample + draw) n) >> 16, cut to
/// n.
std::vector<std::size_t> resample_indices(const Resampling& how, std::size_t resample, std::size_t n);

/// Percentiles 2.5, 50 and 97.5 of a probability over resamples.
struct ProbabilityBand {
    double low = 0;
    double median = 0;
    double high = 0;
};

/// The tails of all resamples. Thread-safe once made.
class ResampledTails {
public:
    /// Requires: 1 to kMostResamples resamples, a block of 1 or more.
    ResampledTails(TailKind kind, std::span<const double> shocks, double trend_kcal, const Resampling& how);
    /// Interpolated linearly at rank p (n - 1); O(1) for Sigma, O(resamples) for Shortfall.
    ProbabilityBand band(Energy loss) const;
    std::span<const Tail> tails() const { return tails_; }

private:
    TailKind kind_;
    std::vector<Tail> tails_;  ///< by ascending scale
};

/// "RP ~31 yr", or ">1,000 yr" above.
std::string return_period_label(double probability);

}  // namespace hone::envelope
