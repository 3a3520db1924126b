#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hone/apps/envelope/balance.h"

namespace hone::envelope {

inline constexpr YearRange kSampleBalanceYears{1960, 2025};

/// One year of a synthetic world balance, 1000 t. Beginning stocks + production = consumption + ending stocks.
struct SampleBalanceYear {
    std::int64_t beginning = 0;
    std::int64_t production = 0;
    std::int64_t consumption = 0;
    std::int64_t ending = 0;
};
/// The synthetic balance of one of the nine grains over kSampleBalanceYears: a trend with correlated shocks, and use
/// that draws on stocks. Integers only: equal keys give equal numbers everywhere.
std::vector<SampleBalanceYear> sample_balance(std::uint64_t key, Grain grain);

/// A file of the sample: name without ending, and its bytes.
struct SampleBalanceFile {
    std::string name;
    std::string bytes;
};
/// The balances in every format that is read: narrow (wheat, rice, maize), wide (production, consumption, ending
/// stocks), long with the European Union from 1999 and the USSR to 1986, and tidy. All have a column year_data =
/// synthetic.
std::vector<SampleBalanceFile> sample_balance_files(std::uint64_t key);

}  // namespace hone::envelope
