#include <bit>
#include <string>
#include <string_view>

#include "hone/base/error.h"
#include "hone/table/csv_window.h"

namespace {

using hone::cat;
using hone::CsvColumn;

/// All that was read, and the error if there was one.
struct Found {
    std::string rows;
    std::string misshapen;
    std::string error;
    bool is_out_of_memory = false;
    bool operator==(const Found&) const = default;
};

std::string cell(const hone::CsvChunk& chunk, std::size_t row, std::size_t column, CsvColumn::Kind kind) {
    const hone::CsvChunk::Values& values = chunk.columns[column];
    const std::string raw = chunk.raw(row, column);
    if (kind == CsvColumn::Kind::Text) return cat(values.texts[row], " from ", raw, "; ");
    const int state = values.states.empty() ? 0 : static_cast<int>(values.states[row]);
    if (kind == CsvColumn::Kind::Double)
        return cat(state, ' ', std::bit_cast<std::uint64_t>(values.reals[row]), " from ", raw, "; ");
    return cat(state, ' ', values.int64s[row], " from ", raw, "; ");
}

void take(Found& found, const hone::CsvChunk& chunk, const hone::CsvPlan& plan) {
    hone::check(chunk.rows == 0 || chunk.first_line == chunk.lines[0], "a chunk begins with its first row");
    for (std::size_t row = 0; row < chunk.rows; ++row) {
        found.rows += cat("line ", chunk.lines[row], ": ");
        for (std::size_t c = 0; c < plan.wanted.size(); ++c)
            found.rows += cell(chunk, row, c, plan.wanted[c].kind);
        found.rows += '\n';
    }
    for (const auto& [line, fields] : chunk.misshapen)
        found.misshapen += cat("line ", line, ": ", fields, '\n');
}

Found read(const hone::CsvSource& source, const hone::CsvPlan& plan, std::uint64_t limit_bytes) {
    Found found;
    hone::Budget budget("fuzz", limit_bytes);
    try {
        read_csv_pieces(source, plan, hone::Exec(), budget, [&](hone::CsvChunk& chunk) { take(found, chunk, plan); });
    } catch (const hone::Error& error) {
        found.error = error.message();
        found.is_out_of_memory = error.fault() == hone::Fault::Limit;
        hone::check(found.is_out_of_memory || error.fault() == hone::Fault::Input, "a damaged file is Fault::Input");
    }
    hone::check(budget.used() == 0, "the budget is given back");
    return found;
}

/// Every column that has a name, as the kinds in turn.
std::vector<CsvColumn> wanted_of(const hone::CsvHeader& header, std::uint8_t first_kind) {
    std::vector<CsvColumn> wanted;
    for (const std::string& name : header.names) {
        if (name.empty() || wanted.size() == 20) continue;
        const auto kind = static_cast<CsvColumn::Kind>((first_kind + wanted.size()) % 4);
        wanted.push_back({.name = name, .kind = kind, .scale = static_cast<int>(wanted.size() % 5)});
    }
    return wanted;
}

void compare(hone::Files& files, const std::uint8_t* data, std::size_t file_bytes) {
    hone::CsvOptions options;
    if ((data[1] & 4) != 0) options.missing = {"-", "0"};
    const hone::CsvSource source = hone::open_csv(files, "f.csv", options);
    const std::vector<CsvColumn> wanted = wanted_of(source.header, data[2]);
    hone::CsvTuning tuning{.block_bytes = std::size_t{1} + data[0], .kernel = hone::CsvKernel::Sse2};
    if ((data[1] & 1) != 0) tuning.kernel = hone::best_csv_kernel();
    if ((data[1] & 2) != 0) tuning.step_bytes = 64;
    const hone::CsvPlan plan = plan_csv(source, wanted, tuning);
    const hone::CsvPlan plain =
        plan_csv(source, wanted, {.block_bytes = file_bytes, .kernel = hone::CsvKernel::Scalar});
    const Found expected = read(source, plain, hone::Budget::kUnlimited);
    hone::check(read(source, plan, hone::Budget::kUnlimited) == expected, "blocks do not show in what is read");
    const Found limited = read(source, plan, (data[1] & 0xF8U) * 400U);
    hone::check(limited.is_out_of_memory || limited == expected, "budgets do not show in what is read");
}

}  // namespace

/// The first bytes choose blocks, options and kinds; the rest is the file. Read in small blocks, with little memory,
/// and in one block by the plain kernel, it must give the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kChoices = 3;
    if (size < kChoices) return 0;
    const std::string_view file(reinterpret_cast<const char*>(data) + kChoices, size - kChoices);
    hone::MemoryFiles files;
    write_file(files, "f.csv", file);
    try {
        compare(files, data, file.size());
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "a file without a header is Fault::Input");
    }
    return 0;
}
