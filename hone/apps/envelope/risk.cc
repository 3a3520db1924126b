#include "hone/apps/envelope/risk.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/envelope/exact_ratio.h"
#include "hone/apps/envelope/sample_numbers.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr int kLastEarlyYear = 1990;
constexpr int kFewestYears = 3;
/// Share of a normal distribution outside one standard deviation, on both sides together.
constexpr long double kOutsideOneSigma = 0.32L;
constexpr std::uint64_t kBootstrapStream = 800;

[[noreturn]] void fail_series(std::string_view why, YearRange years) {
    throw Error(Fault::Input, cat("the production series gives no risk curve: ", why, " (", years_text(years), ")"))
        .with_id("envelope.risk-series");
}

/// A least-squares line through values at 0, 1, .. n-1, exact: the line at t is at(t) / divisor.
struct Line {
    Int128 start = 0;
    Int128 step = 0;
    Int128 divisor = 1;
    Int128 at(std::size_t t) const { return exact_add(start, exact_multiply(step, static_cast<Int128>(t))); }
};

Line fit(std::span<const std::int64_t> values) {
    const auto n = static_cast<Int128>(values.size());
    Int128 sum = 0;
    Int128 weighted = 0;
    for (std::size_t t = 0; t < values.size(); ++t) {
        sum += values[t];
        weighted = exact_add(weighted, exact_multiply(values[t], static_cast<Int128>(t)));
    }
    const Int128 times = n * (n - 1) / 2;
    const Int128 squares = times * (2 * n - 1) / 3;
    const Int128 spread = n * squares - times * times;
    const Int128 rise = exact_add(exact_multiply(n, weighted), -exact_multiply(times, sum));
    // Line at t: sum / n + (t - times / n) rise / spread, all over n spread.
    Line line;
    line.divisor = n * spread;
    line.step = exact_multiply(n, rise);
    line.start = exact_add(exact_multiply(sum, spread), -exact_multiply(times, rise));
    return line;
}

double ratio_of(Int128 a, Int128 b) {
    return static_cast<double>(a) / static_cast<double>(b);
}

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

/// Sigma of the years on one side of the turn, if there are two or more.
std::optional<double> era(std::span<const double> shocks) {
    if (shocks.size() < 2) return std::nullopt;
    return round12(population_deviation(shocks));
}

double raw_probability(const Tail& tail, Energy loss) {
    const auto x = static_cast<long double>(loss.kcal);
    if (loss.kcal == 0) return tail.share;
    if (!(tail.scale_kcal > 0)) return 0;
    const long double times = x / static_cast<long double>(tail.scale_kcal);
    const long double left = tail.kind == TailKind::Sigma ? power(kOutsideOneSigma, times)
                                                          : static_cast<long double>(tail.share) * std::exp(-times);
    return static_cast<double>(left);
}

}  // namespace

double population_deviation(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const double mean = mean_of(values);
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size()));
}

std::optional<double> durbin_watson(std::span<const double> residuals) {
    double squares = 0;
    double steps = 0;
    for (std::size_t t = 0; t < residuals.size(); ++t) {
        squares += residuals[t] * residuals[t];
        if (t > 0) steps += (residuals[t] - residuals[t - 1]) * (residuals[t] - residuals[t - 1]);
    }
    if (squares == 0) return std::nullopt;
    return round12(steps / squares);
}

RiskModel risk_model(YearRange years, std::span<const std::int64_t> values) {
    check(static_cast<std::size_t>(years.count()) == values.size(), "a series has one value a year");
    if (years.count() < kFewestYears) fail_series("it has fewer than three years", years);
    const Line line = fit(values);
    RiskModel model;
    model.years = years;
    for (std::size_t t = 0; t < values.size(); ++t) {
        const Int128 trend = line.at(t);
        if (trend <= 0) fail_series("its trend is not above zero in each year", years);
        model.shocks.push_back(ratio_of(exact_add(exact_multiply(values[t], line.divisor), -trend), trend));
    }
    model.trend_last = round12(ratio_of(line.at(values.size() - 1), line.divisor));
    model.slope = round12(ratio_of(line.step, line.divisor));
    model.sigma = round12(population_deviation(model.shocks));
    const auto statistic = durbin_watson(model.shocks);
    if (!statistic || !(model.sigma > 0)) fail_series("it does not vary about its trend", years);
    model.durbin_watson = *statistic;
    const int early_years = std::clamp(kLastEarlyYear - years.from + 1, 0, years.count());
    const std::span<const double> shocks(model.shocks);
    model.early = era(shocks.first(static_cast<std::size_t>(early_years)));
    model.late = era(shocks.subspan(static_cast<std::size_t>(early_years)));
    if (model.early && model.late && *model.early > 0) model.ratio = round12(*model.late / *model.early);
    return model;
}

double Tail::probability(Energy loss) const {
    check(loss.kcal >= 0, "a loss is not below zero");
    return round12(raw_probability(*this, loss));
}

double Tail::decay_kcal() const {
    if (kind == TailKind::Shortfall) return round12(scale_kcal);
    return round12(static_cast<double>(static_cast<long double>(scale_kcal) / -std::log(kOutsideOneSigma)));
}

Tail tail_of(TailKind kind, std::span<const double> shocks, double trend_kcal) {
    if (kind == TailKind::Sigma) return {kind, population_deviation(shocks) * trend_kcal, 1};
    double sum = 0;
    std::size_t count = 0;
    for (const double shock : shocks) {
        if (shock >= 0) continue;
        sum -= shock;
        ++count;
    }
    if (count == 0) return {kind, 0, 0};
    return {kind, sum / static_cast<double>(count) * trend_kcal,
            static_cast<double>(count) / static_cast<double>(shocks.size())};
}

std::vector<std::size_t> resample_indices(const Resampling& how, std::size_t resample, std::size_t n) {
    const SampleStream stream(how.key, kBootstrapStream);
    const auto block = static_cast<std::size_t>(how.block);
    std::vector<std::size_t> indices;
    indices.reserve(n);
    for (std::uint64_t draw = 0; indices.size() < n; ++draw) {
        const auto number = static_cast<std::uint64_t>(stream.at16(std::uint64_t{65536} * resample + draw));
        const auto start = static_cast<std::size_t>((number * n) >> 16);
        for (std::size_t i = 0; i < block && indices.size() < n; ++i)
            indices.push_back((start + i) % n);
    }
    return indices;
}

ResampledTails::ResampledTails(TailKind kind, std::span<const double> shocks, double trend_kcal, const Resampling& how)
    : kind_(kind) {
    check(how.resamples >= 1 && how.resamples <= kMostResamples && how.block >= 1, "resampling has sound numbers");
    std::vector<double> drawn(shocks.size());
    for (std::int64_t b = 0; b < how.resamples; ++b) {
        const std::vector<std::size_t> indices = resample_indices(how, static_cast<std::size_t>(b), shocks.size());
        std::ranges::transform(indices, drawn.begin(), [&](std::size_t i) { return shocks[i]; });
        tails_.push_back(tail_of(kind, drawn, trend_kcal));
    }
    std::ranges::stable_sort(tails_, {}, &Tail::scale_kcal);
}

ProbabilityBand ResampledTails::band(Energy loss) const {
    std::vector<double> values;
    if (kind_ == TailKind::Shortfall) {
        for (const Tail& tail : tails_)
            values.push_back(raw_probability(tail, loss));
        std::ranges::sort(values);
    }
    // A larger scale is a larger probability, so the Sigma tails are in order already.
    const auto value = [&](std::size_t rank) {
        return values.empty() ? raw_probability(tails_[rank], loss) : values[rank];
    };
    const auto percentile = [&](std::size_t per_mille) {
        const std::size_t scaled = per_mille * (tails_.size() - 1);
        const std::size_t rank = scaled / 1000;
        const double rest = static_cast<double>(scaled % 1000) / 1000;
        if (rest == 0) return round12(value(rank));
        return round12(value(rank) * (1 - rest) + value(rank + 1) * rest);
    };
    return {percentile(25), percentile(500), percentile(975)};
}

std::string return_period_label(double probability) {
    if (!(probability * 1000 >= 1)) return ">1,000 yr";
    return cat("RP ~", round_to_int64(1 / static_cast<long double>(probability)), " yr");
}

}  // namespace hone::envelope
