#include "hone/apps/envelope/loss_share.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {

LossShare::LossShare(std::int64_t ppm) : ppm_(ppm) {
    check(ppm >= 0 && ppm <= kAll, "a share is 0 to 1,000,000 millionths");
}

LossShare LossShare::parse_percent(std::string_view text) {
    constexpr int kDecimals = 4;  // one millionth is 0.0001 per cent
    const auto scaled = parse_scaled(text, kDecimals);
    if (!scaled || scaled->rounded || scaled->value < 0 || scaled->value > kAll)
        fail(Fault::Usage, "expected 0 to 100 per cent with at most four decimals, found '", text, "'");
    return LossShare(scaled->value);
}

Energy LossShare::of(Energy energy) const {
    return {mul_div_floor(energy.kcal, ppm_, kAll)};
}

Bounds LossShare::of(const Bounds& bounds, Energy total) const {
    // E - U(A) is L(T - A), exactly.
    return {bounds.area, of(bounds.lower), of(total) - of(total - bounds.upper)};
}

Area LossShare::largest_area_within(const Curve& curve, Energy loss) const {
    check(loss.kcal >= 0, "a loss is not negative");
    if (ppm_ == 0) return curve.total_area();
    // floor(k L / 10^6) <= z means k L < 10^6 (z + 1).
    const Int128 most = (Int128{kAll} * (Int128{loss.kcal} + 1) - 1) / ppm_;
    return curve.largest_area_within({static_cast<std::int64_t>(std::min<Int128>(most, curve.total_energy().kcal))});
}

Area LossShare::smallest_area_for(const Curve& curve, Energy loss) const {
    const Energy all = of(curve.total_energy());
    check(loss.kcal >= 0 && loss <= all, "a loss is at most what all land can lose");
    return curve.total_area() - largest_area_within(curve, all - loss);
}

}  // namespace hone::envelope
