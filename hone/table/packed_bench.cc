// The packed form of a table of a business system: how small, how fast to make and to unpack.
#include <algorithm>
#include <cmath>
#include <limits>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/packed_examples.h"
#include "hone/table/packed_table.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kRows = 1'000'000;

double rounded(double value) {
    return std::round(value * 100) / 100;
}

double percent(std::uint64_t part, std::uint64_t whole) {
    return rounded(100 * static_cast<double>(part) / static_cast<double>(whole));
}

/// Plain bytes in a nanosecond, which is GB/s.
double gigabytes_per_second(std::uint64_t plain_bytes, double ns) {
    return rounded(static_cast<double>(plain_bytes) / ns);
}

/// Processor time of making a value in ns, the least of `repeats`; what is made goes after the clock has stopped.
template <class Make>
double making_ns(int repeats, const Make& make) {
    double least = std::numeric_limits<double>::max();
    for (int i = 0; i < repeats; ++i) {
        const double start = process_cpu_seconds();
        const auto made = make();
        least = std::min(least, process_cpu_seconds() - start);
        keep(made);
    }
    return least * 1e9;
}

/// Unpacks all rows in pieces, as a reader does that needs no whole table.
std::size_t scan(const PackedTable& packed) {
    constexpr std::size_t kPiece = 65'536;
    std::size_t rows = 0;
    for (std::size_t begin = 0; begin < packed.rows(); begin += kPiece)
        rows += packed.rows(begin, std::min(packed.rows(), begin + kPiece)).rows();
    return rows;
}

/// The peer: all values as they lie in memory, each column one run of bytes.
std::string plain_form(const Table& table) {
    Encoder out;
    for (std::size_t i = 0; i < table.columns(); ++i) {
        const Column& column = table.column(i);
        if (column.type() == ColumnType::Text) {
            Codec<std::vector<std::uint64_t>>::encode(out, column.texts().offsets);
            out.text(column.texts().bytes);
        } else if (column.type() == ColumnType::Double) {
            Codec<std::vector<double>>::encode(out, column.reals());
        } else {
            Codec<std::vector<std::int64_t>>::encode(out, column.int64s());
        }
    }
    return out.take();
}

void measure_columns(BenchReport& report, const Table& table, const PackedTable& packed) {
    const std::vector<ShrunkColumn> shrunk = shrink_report(packed);
    for (std::size_t i = 0; i < table.columns(); ++i) {
        const PackedColumn& column = packed.columns()[i];
        report.figure("packed", cat("  ", column.name(), ", size"),
                      percent(shrunk[i].packed_bytes, shrunk[i].plain_bytes), "%", shrunk[i].way);
        const double unpack_ns = making_ns(5, [&] { return column.unpack(); });
        const double shrink_ns = making_ns(3, [&] { return PackedColumn::shrink(table.column(i)); });
        report.at_least("packed", cat("  ", column.name(), ", unpack"),
                        gigabytes_per_second(column.plain_bytes(), unpack_ns), "GB/s", 1);
        report.figure("packed", cat("  ", column.name(), ", shrink"),
                      gigabytes_per_second(column.plain_bytes(), shrink_ns), "GB/s");
    }
}

}  // namespace

void bench_packed(Bench& bench) {
    const Table table = examples::mixed_table(kRows, 1);
    const PackedTable packed = shrink(table);
    check(are_identical(packed.unpack(), table), "a packed table unpacks bit for bit");
    const std::string bytes = encode_value(packed);
    check(are_identical(decode_value<PackedTable>(bytes).unpack(), table), "an encoded one too");
    const std::uint64_t plain = packed.plain_bytes();

    BenchReport& report = bench.report;
    report.at_most("packed", "14 mixed columns in memory, of plain", percent(packed.memory_bytes(), plain), "%", 30,
                   cat("1 M rows, plain ", human_bytes(plain), ": 8 a number, 4 and its length a text"));
    std::vector<ShrunkColumn> erp = shrink_report(packed);
    erp.resize(10);
    std::uint64_t erp_plain = 0;
    std::uint64_t erp_packed = 0;
    for (const ShrunkColumn& column : erp) {
        erp_plain += column.plain_bytes;
        erp_packed += column.packed_bytes;
    }
    report.at_most("packed", "the first 10 columns in memory, of plain", percent(erp_packed, erp_plain), "%", 15,
                   "without document, status, channel and notes");
    report.figure("packed", "encoded, of plain", percent(bytes.size(), plain), "%");
    const auto speed = [&](const auto& make) { return gigabytes_per_second(plain, making_ns(3, make)); };
    report.at_least("packed", "unpack in pieces of 65,536 rows, one core", speed([&] { return scan(packed); }), "GB/s",
                    1);
    report.at_least("packed", "unpack the whole table, one core", speed([&] { return packed.unpack(); }), "GB/s", 1,
                    "into memory that is new to the process");
    report.at_least("packed", "shrink the whole table, one core", speed([&] { return shrink(table); }), "GB/s", 0.3);
    const std::string stored = encode_value(table);
    check(are_identical(decode_value<Table>(stored), table), "a table reads back from its stored form");
    report.at_least("packed", "encode the table as a result is stored", speed([&] { return encode_value(table); }),
                    "GB/s", 0.3);
    report.figure("packed", "decode it", speed([&] { return decode_value<Table>(stored); }), "GB/s");
    report.figure("packed", "peer: encode plain columns", speed([&] { return plain_form(table); }), "GB/s",
                  cat(human_bytes(plain_form(table).size()), " instead of ", human_bytes(stored.size())));
    measure_columns(report, table, packed);
}

}  // namespace hone
