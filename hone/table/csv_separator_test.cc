#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/table/csv_window.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::string_view kPath = "f.csv";

/// All cells of a file, and which separator was found.
std::string read_all(std::string_view bytes, char separator, std::size_t block_bytes) {
    MemoryFiles files;
    write_file(files, kPath, bytes);
    CsvSource source = open_csv(files, kPath, {.separator = separator});
    const char found = source.header.separator;
    const std::vector<CsvColumn> wanted = {{"c", CsvColumn::Kind::Int64}, {"a", CsvColumn::Kind::Text}};
    const CsvPlan plan = plan_csv(source, wanted, {.block_bytes = block_bytes});
    std::string text = cat(found, '\n');
    Budget budget("test");
    read_csv_pieces(source, plan, Exec(), budget, [&](CsvChunk& chunk) {
        for (std::size_t row = 0; row < chunk.rows; ++row)
            text += cat(chunk.lines[row], ' ', chunk.columns[0].int64s[row], " <", chunk.columns[1].texts[row], "> <",
                        chunk.raw(row, 0), "> <", chunk.raw(row, 1), ">\n");
        for (const auto& [line, fields] : chunk.misshapen)
            text += cat(line, " has ", fields, '\n');
    });
    return text;
}

std::string with_separator(std::string bytes, char separator) {
    std::ranges::replace(bytes, ',', separator);
    return bytes;
}

TEST(CsvSeparator, IsFoundFromTheHeaderLineAndSeparatesLikeAComma) {
    Random random(testing::test_seed());
    for (int i = 0; i < 200 * testing::test_scale(); ++i) {
        std::string bytes = "a,b,c\n";
        for (std::uint64_t row = random.below(20); row > 0; --row) {
            const std::string_view texts[] = {"x", "\"q,q\"", "\"l\nl\"", "", "\"a\"\"b\""};
            bytes += cat(texts[random.below(5)], ',', random.below(100), ',', random.below(100'000), '\n');
            if (random.below(8) == 0) bytes += "1,2\n";
        }
        const std::size_t block_bytes = 16 + random.below(200);
        const std::string expected = read_all(bytes, ',', block_bytes);
        for (const char separator : {',', ';', '\t'}) {
            const std::string other = with_separator(bytes, separator);
            const std::string wanted = with_separator(expected, separator);
            EXPECT_EQ(read_all(other, 0, block_bytes), wanted) << "found";
            EXPECT_EQ(read_all(other, separator, block_bytes), wanted) << "given";
        }
    }
}

TEST(CsvSeparator, StaysACommaUnlessAsked) {
    EXPECT_EQ(read_all("a,c,b;d\n1,2,3\n", ',', 64), ",\n2 2 <1> <2> <1>\n");
    EXPECT_EQ(read_all("a;c;b,d\nx,y;2;3\n", 0, 64), ";\n2 2 <x,y> <2> <x,y>\n");
}

}  // namespace
}  // namespace hone
