#include "hone/table/csv_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::size_t kWord = 64;

std::vector<CsvKernel> usable_kernels() {
    std::vector<CsvKernel> kernels;
    for (const CsvKernel kernel : {CsvKernel::Scalar, CsvKernel::Sse2, CsvKernel::Avx2})
        if (is_usable(kernel)) kernels.push_back(kernel);
    return kernels;
}

/// What a scan gives: the masks and where it stands.
struct Separators {
    std::vector<std::uint64_t> commas;
    std::vector<std::uint64_t> row_ends;
    bool in_quotes = false;
    std::uint64_t quotes = 0;
    std::uint64_t line_feeds = 0;
    std::uint64_t ends = 0;
    bool has_high_bytes = false;
    bool operator==(const Separators&) const = default;
};

/// The oracle: byte by byte.
Separators plain_separators(std::string_view data, bool in_quotes) {
    Separators found{.commas = std::vector<std::uint64_t>(data.size() / kWord),
                     .row_ends = std::vector<std::uint64_t>(data.size() / kWord),
                     .in_quotes = in_quotes};
    for (std::size_t i = 0; i < data.size(); ++i) {
        const std::uint64_t bit = std::uint64_t{1} << (i % kWord);
        if (data[i] == '"') {
            found.in_quotes = !found.in_quotes;
            ++found.quotes;
        }
        if (data[i] == '\n') ++found.line_feeds;
        if (static_cast<unsigned char>(data[i]) >= 0x80) found.has_high_bytes = true;
        if (found.in_quotes) continue;
        if (data[i] == ',') found.commas[i / kWord] |= bit;
        if (data[i] != '\n') continue;
        found.row_ends[i / kWord] |= bit;
        ++found.ends;
    }
    return found;
}

/// Scans stretches of the lengths that `next` gives, in words, each from where the one before stopped.
Separators scanned(CsvKernel kernel, std::string_view data, bool in_quotes, const std::function<std::size_t()>& next) {
    const std::size_t words = data.size() / kWord;
    Separators found{.commas = std::vector<std::uint64_t>(words), .row_ends = std::vector<std::uint64_t>(words)};
    CsvScan scan{.in_quotes = in_quotes};
    for (std::size_t w = 0; w < words;) {
        const std::size_t step = std::min(next(), words - w);
        scan_separators(kernel, data.data() + w * kWord, step, scan,
                        {found.commas.data() + w, found.row_ends.data() + w});
        w += step;
    }
    found.in_quotes = scan.in_quotes;
    found.quotes = scan.quotes;
    found.line_feeds = scan.line_feeds;
    found.ends = scan.row_ends;
    found.has_high_bytes = scan.has_high_bytes;
    return found;
}

struct Shape {
    std::size_t commas_in_row = 0;
    std::vector<std::uint32_t> wanted;
};

struct Row {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint64_t line = 0;
    std::vector<std::uint32_t> commas;  // those wanted
    bool operator==(const Row&) const = default;
};

struct Rows {
    std::vector<Row> rows;
    std::vector<std::pair<std::uint64_t, std::size_t>> misshapen;
    std::uint32_t at = 0;
    std::uint64_t line = 1;
    bool operator==(const Rows&) const = default;
};

/// Takes the row that ends before the line feed at `place`.
void take_plain_row(Rows& found, std::string_view data, std::size_t place, const Shape& shape,
                    const std::vector<std::uint32_t>& commas) {
    const std::string_view row = data.substr(found.at, place - found.at);
    const std::size_t size = row.ends_with('\r') ? row.size() - 1 : row.size();
    const bool is_blank = trim(row).empty();
    if (!is_blank && commas.size() != shape.commas_in_row) found.misshapen.emplace_back(found.line, commas.size() + 1);
    if (!is_blank && commas.size() == shape.commas_in_row) {
        Row taken{.begin = found.at, .end = static_cast<std::uint32_t>(found.at + size), .line = found.line};
        for (const std::uint32_t ordinal : shape.wanted)
            taken.commas.push_back(commas[ordinal]);
        found.rows.push_back(std::move(taken));
    }
    found.line += static_cast<std::uint64_t>(std::ranges::count(row, '\n')) + 1;
    found.at = static_cast<std::uint32_t>(place + 1);
}

/// The oracle: byte by byte.
Rows plain_rows(std::string_view data, const Shape& shape) {
    Rows found;
    std::vector<std::uint32_t> commas;
    bool in_quotes = false;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (data[i] == '"') in_quotes = !in_quotes;
        if (in_quotes) continue;
        if (data[i] == ',') commas.push_back(static_cast<std::uint32_t>(i));
        if (data[i] != '\n') continue;
        take_plain_row(found, data, i, shape, commas);
        commas.clear();
    }
    return found;
}

/// Takes the rows of a batch over.
void take_batch(Rows& found, const CsvRowBatch& batch, std::size_t targets) {
    for (std::size_t r = 0; r < batch.rows; ++r) {
        Row row{.begin = batch.bounds[r].begin, .end = batch.bounds[r].end, .line = batch.lines[r]};
        for (std::size_t t = 0; t < targets; ++t)
            row.commas.push_back(batch.commas[t * CsvRowBatch::kMost + r]);
        found.rows.push_back(std::move(row));
    }
}

/// Walks over all rows; the words become visible in steps of the lengths that `next` gives.
Rows walked(CsvKernel kernel, std::string_view data, const Shape& shape, const std::function<std::size_t()>& next) {
    static CsvRowBatch batch;  // costs more than most walks here
    batch.commas.assign(CsvRowBatch::kMost * shape.wanted.size(), 0);
    Separators found = plain_separators(data, false);
    CsvRowWalk walk{.data = data.data(),
                    .masks = {found.commas.data(), found.row_ends.data()},
                    .commas_in_row = shape.commas_in_row,
                    .wanted = shape.wanted,
                    .has_quoted_line_feeds = found.line_feeds != found.ends,
                    .misshapen = {}};
    Rows rows;
    while (walk.words < data.size() / kWord) {
        walk.words = std::min(walk.words + next(), data.size() / kWord);
        do {
            find_rows(kernel, walk, batch);
            take_batch(rows, batch, shape.wanted.size());
        } while (batch.rows > 0);
    }
    rows.misshapen = walk.misshapen;
    rows.at = walk.at;
    rows.line = walk.line;
    return rows;
}

/// Calls `body` with every text of up to `most` letters of the alphabet that matters.
void for_each_text(std::size_t most, const std::function<void(std::string_view)>& body) {
    constexpr std::string_view kAlphabet = "a,\"\n\r";
    std::string text;
    const std::function<void()> extend = [&] {
        body(text);
        if (text.size() == most) return;
        for (const char letter : kAlphabet) {
            text.push_back(letter);
            extend();
            text.pop_back();
        }
    };
    extend();
}

/// `text` at `place` in whole words of letters without a meaning.
std::string padded(std::string_view text, std::size_t place) {
    std::string data(place, 'b');
    data += text;
    data.resize((data.size() / kWord + 1) * kWord, 'b');
    return data;
}

/// Letters of which those with a meaning come as often as `one_in` says.
std::string random_text(Random& random, std::size_t size, std::uint64_t one_in) {
    constexpr std::string_view kSpecial = ",,,\"\n\n\r ";
    std::string text(size, 'x');
    for (char& letter : text)
        letter =
            random.below(one_in) == 0 ? kSpecial[random.below(kSpecial.size())] : static_cast<char>(random.below(256));
    return text;
}

std::size_t whole() {
    return ~std::size_t{0} / 2;
}

TEST(CsvScan, TheBestKernelIsUsable) {
    EXPECT_TRUE(is_usable(CsvKernel::Scalar));
    EXPECT_TRUE(is_usable(best_csv_kernel()));
}

TEST(CsvScan, FindsSeparatorsOfEveryShortText) {
    const std::vector<CsvKernel> kernels = usable_kernels();
    for_each_text(7, [&](std::string_view text) {
        for (const std::size_t place : {std::size_t{0}, kWord - 3}) {
            const std::string data = padded(text, place);
            for (const bool in_quotes : {false, true}) {
                const Separators expected = plain_separators(data, in_quotes);
                for (const CsvKernel kernel : kernels)
                    ASSERT_TRUE(scanned(kernel, data, in_quotes, whole) == expected)
                        << "kernel " << int(kernel) << data;
            }
        }
    });
}

TEST(CsvScan, FindsSeparatorsInAnyStretches) {
    Random random(testing::test_seed());
    for (int i = 0; i < 300 * testing::test_scale(); ++i) {
        const std::string data = random_text(random, random.below(20) * kWord, 1 + random.below(200));
        const bool in_quotes = random.below(2) == 0;
        const Separators expected = plain_separators(data, in_quotes);
        for (const CsvKernel kernel : usable_kernels()) {
            ASSERT_TRUE(scanned(kernel, data, in_quotes, whole) == expected) << int(kernel);
            ASSERT_TRUE(scanned(kernel, data, in_quotes, [&] { return random.below(4); }) == expected) << int(kernel);
        }
    }
}

TEST(CsvScan, OneHighByteIsSeenWhereverItStands) {
    for (const CsvKernel kernel : usable_kernels()) {
        CsvScan plain;
        std::vector<std::uint64_t> masks(2);
        std::string data(kWord, '\x7F');
        scan_separators(kernel, data.data(), 1, plain, {masks.data(), masks.data() + 1});
        EXPECT_TRUE(plain.is_plain()) << int(kernel);
        for (std::size_t place = 0; place < kWord; ++place) {
            data[place] = '\x80';
            CsvScan scan;
            scan_separators(kernel, data.data(), 1, scan, {masks.data(), masks.data() + 1});
            EXPECT_TRUE(scan.has_high_bytes && !scan.is_plain()) << int(kernel) << ' ' << place;
            data[place] = '\x7F';
        }
    }
}

TEST(CsvScan, FindsRowsOfEveryShortText) {
    const std::vector<CsvKernel> kernels = usable_kernels();
    const std::vector<Shape> shapes = {{0, {}}, {1, {0}}, {2, {1}}, {2, {0, 1}}};
    for_each_text(7, [&](std::string_view text) {
        for (const std::size_t place : {std::size_t{0}, kWord - 3}) {
            const std::string data = padded(text, place);
            for (const Shape& shape : shapes) {
                const Rows expected = plain_rows(data, shape);
                for (const CsvKernel kernel : kernels)
                    ASSERT_TRUE(walked(kernel, data, shape, whole) == expected) << "kernel " << int(kernel) << data;
            }
        }
    });
}

/// Rows of about `commas` commas each.
std::string random_rows(Random& random, std::size_t commas) {
    std::string text;
    const std::size_t rows = random.below(3 * CsvRowBatch::kMost);
    const std::size_t longest = 1 + random.below(30);
    const std::size_t often = 1 + random.below(20);
    for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t fields = commas + 1 + (random.below(often) == 0 ? random.below(3) : 0);
        for (std::size_t f = 0; f < fields; ++f) {
            if (f > 0) text += ',';
            const bool is_quoted = random.below(often) == 0;
            text += is_quoted ? "\"a,\n\"\"\"" : std::string(random.below(longest), 'f');
        }
        text += random.below(often) == 0 ? "\r\n" : "\n";
        if (random.below(often) == 0) text += " \r\n";
    }
    return padded(text, 0);
}

TEST(CsvScan, FindsRowsInAnySteps) {
    Random random(testing::test_seed());
    for (int i = 0; i < 60 * testing::test_scale(); ++i) {
        Shape shape{.commas_in_row = random.below(4) == 0 ? random.below(150) : random.below(6), .wanted = {}};
        const bool wants_all = random.below(3) == 0;
        for (std::uint32_t ordinal = 0; ordinal < shape.commas_in_row; ++ordinal)
            if (wants_all || random.below(3) == 0) shape.wanted.push_back(ordinal);
        const std::string data =
            random.below(3) == 0 ? random_text(random, 40 * kWord, 3) : random_rows(random, shape.commas_in_row);
        const Rows expected = plain_rows(data, shape);
        for (const CsvKernel kernel : usable_kernels()) {
            ASSERT_TRUE(walked(kernel, data, shape, whole) == expected) << int(kernel);
            ASSERT_TRUE(walked(kernel, data, shape, [&] { return random.below(9); }) == expected) << int(kernel);
        }
    }
}

}  // namespace
}  // namespace hone
