#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/base/number.h"
#include "hone/base/random.h"

namespace hone::invoice {

/// The source of a sample: SplitMix64 whose state starts at a number.
class SampleSource {
public:
    explicit SampleSource(std::uint64_t start) : random_(start) {}

    /// A number in 0..n-1: the high 64 bits of the product of the next number and `n`. Requires: n > 0.
    std::uint64_t pick(std::uint64_t n) {
        return static_cast<std::uint64_t>((static_cast<UInt128>(random_.next()) * n) >> 64);
    }
    /// One of `choices`.
    template <class T, std::size_t N>
    const T& one_of(const T (&choices)[N]) {
        return choices[pick(N)];
    }

private:
    Random random_;
};

/// A value as a sample knows it, without place.
template <class T>
Value<T> known(T value) {
    Value<T> out;
    out.value = std::move(value);
    out.confidence = 1;
    return out;
}
inline Value<Decimal> known_cents(std::int64_t cents) {
    return known(Decimal{cents * 100});
}
inline Value<Decimal> known_count(std::int64_t count) {
    return known(Decimal{count * 10'000});
}

/// The day `days` after 2024-01-01.
Day sample_day(std::uint64_t days);
/// A GTIN of `prefix`, `digits` random digits and the check digit.
std::string sample_gtin(SampleSource& source, std::string_view prefix, int digits);

/// Kind A, an acknowledgement of a wholesaler of home decor, or kind B, his invoice, with `lines` lines.
Document sample_goods(char kind, std::size_t lines, std::uint64_t start);
/// Kind R: stationery, products in groups of one to three. `groups` gets the sizes of the groups.
Document sample_stationery(std::size_t lines, std::uint64_t start, std::vector<std::size_t>& groups);
/// Kind H: seasonal goods with prices in dollars.
Document sample_seasonal(std::size_t lines, std::uint64_t start);
/// Kind K: books with a discount on each list price. `discounts` gets one for each line, per cent.
Document sample_books(std::size_t lines, std::uint64_t start, std::vector<std::int64_t>& discounts);

/// What a European invoice (kind G) says besides the model.
struct EuropeanSample {
    Document document;
    std::size_t language = 0;  ///< 0 en, 1 nl, 2 fr, 3 de
    std::string iban;
};
EuropeanSample sample_european(std::size_t lines, std::uint64_t start);

}  // namespace hone::invoice
