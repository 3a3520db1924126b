#pragma once
#include <cstdint>

#include "hone/apps/envelope/load.h"
#include "hone/base/codec.h"
#include "hone/base/json.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// What a yield file (kg/ha) says of production and area. The envelope never uses it.
struct YieldReport {
    std::int64_t rows = 0;        ///< of the yield file, with the right field count
    std::int64_t unusable = 0;    ///< its missing, bad and negative values
    std::int64_t compared = 0;    ///< pairs of cell and crop with all three values, not all of them zero
    std::int64_t cells = 0;       ///< with a pair that was compared
    std::int64_t mismatched = 0;  ///< pairs with |P - Y H| > tolerance x max(1 t, P)
    std::int64_t cells_mismatched = 0;
    std::int64_t tolerance_ppm = 50'000;

    bool operator==(const YieldReport&) const = default;
    /// True above 1 % of the cells.
    bool is_conspicuous() const { return cells_mismatched * 100 > cells; }
    std::uint64_t memory_bytes() const { return sizeof(YieldReport); }
    Json to_json() const;
};

/// True if |P - Y H| > tolerance x max(1 t, P): production in 0.1 t, area in 0.1 ha, yield in 0.1 kg/ha; exact.
bool is_mismatch(std::int64_t mass, std::int64_t land, std::int64_t yield, std::int64_t tolerance_ppm);

/// How a yield file is compared; part of the memo's key.
struct YieldOptions {
    LoadOptions load;
    std::int64_t tolerance_ppm = 50'000;
};
/// Reads all three tables, in parts that fit the budget. Keeps the Issues of the yield file only. The function of the
/// memo "yields".
YieldReport check_yields(Run& run, const Input& production, const Input& harvest, const Input& yields,
                         const YieldOptions& options);

}  // namespace hone::envelope

namespace hone {

template <>
struct Codec<envelope::YieldOptions> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const envelope::YieldOptions& value) {
        Codec<envelope::LoadOptions>::encode(out, value.load);
        out.i64(value.tolerance_ppm);
    }
    static envelope::YieldOptions decode(Decoder& in) {
        envelope::LoadOptions load = Codec<envelope::LoadOptions>::decode(in);
        return {std::move(load), in.i64()};
    }
};

template <>
struct Codec<envelope::YieldReport> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const envelope::YieldReport& value);
    static envelope::YieldReport decode(Decoder& in);
};

}  // namespace hone
