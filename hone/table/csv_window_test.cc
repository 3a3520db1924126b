#include "hone/table/csv_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::string_view kPath = "f.csv";
constexpr std::string_view kFewRows = "a,b\n1,one\n2,two\n3,three\n4,four\n5,five\n6,six\n7,seven\n8,eight\n";
constexpr std::size_t kSmallBlock = 16;

/// A clock by which everything takes long, so that each loop goes parallel.
class SlowClock : public Clock {
public:
    std::int64_t monotonic_ns() const override { return now_ns_ += 1'000'000; }
    std::int64_t wall_ns() const override { return now_ns_; }

private:
    mutable std::atomic<std::int64_t> now_ns_ = 1;
};

/// Everything is to hold without threads and with them.
class CsvWindow : public ::testing::TestWithParam<unsigned> {
protected:
    Exec exec(const Cancel& cancel = Cancel()) {
        if (GetParam() == 1) return {{}, cancel};
        return {{.pool = &pool_, .clock = &clock_}, cancel};
    }

private:
    SlowClock clock_;
    Pool pool_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Threads, CsvWindow, ::testing::Values(1U, 2U, 8U), ::testing::PrintToStringParamName());

struct Way {
    std::size_t block_bytes = kSmallBlock;
    CsvOptions options;
    std::uint64_t limit_bytes = Budget::kUnlimited;
};

using Consume = std::function<void(CsvChunk&)>;

/// The error of reading column a. Whatever happens, the budget is given back.
Error error_of(
    Files& files, const Exec& exec, const Way& way = {}, const Consume& consume = [](CsvChunk&) {}) {
    Budget budget("test", way.limit_bytes);
    Error error(Fault::Bug, "nothing was thrown");
    try {
        const CsvSource source = open_csv(files, kPath, way.options);
        const std::vector<CsvColumn> wanted = {{"a", CsvColumn::Kind::Int64}};
        const CsvPlan plan = plan_csv(source, wanted, {.block_bytes = way.block_bytes});
        read_csv_pieces(source, plan, exec, budget, consume);
    } catch (const Error& thrown) {
        error = thrown;
    }
    EXPECT_EQ(budget.used(), 0u);
    EXPECT_NE(error.message(), "");
    return error;
}

std::vector<Digest> digests(std::string_view bytes, std::size_t block_bytes = kSmallBlock) {
    std::vector<Digest> all;
    for (std::size_t at = 0; at < bytes.size(); at += block_bytes)
        all.push_back(digest_of(bytes.substr(at, block_bytes)));
    return all;
}

void expect_changed(const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Input) << error.message();
    EXPECT_NE(error.message().find("changed while read"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find(kPath), std::string::npos) << error.message();
}

TEST_P(CsvWindow, NamesTheLineOfAQuoteThatNeverEnds) {
    const std::vector<std::pair<std::string, int>> cases = {
        {"a\n1\n\"2\n3\n", 3},          {"a\n1\n\"2", 3},
        {"a\n\"1\n\"\n2\n\"", 5},       {"a\n\"1\n\"\"2\"\"\n3\n", 2},
        {"a\n1\n\"\"\"2\n\n\n\"\"", 3}, {"\"a\"\n\"\"\n\"1\n\"\n\n\"" + std::string(100, '\n'), 6}};
    for (const std::size_t block_bytes : {std::size_t{3}, std::size_t{7}, std::size_t{64}, kCsvBlockBytes})
        for (const auto& [bytes, line] : cases) {
            MemoryFiles files;
            write_file(files, kPath, bytes);
            const Error error = error_of(files, exec(), {.block_bytes = block_bytes});
            EXPECT_EQ(error.fault(), Fault::Input);
            EXPECT_EQ(error.id(), "csv.open-quote");
            EXPECT_EQ(error.message(), cat("a quote never ends; it begins in f.csv, line ", line)) << bytes;
        }
}

TEST_P(CsvWindow, RefusesBytesOfAnotherDigest) {
    MemoryFiles files;
    write_file(files, kPath, kFewRows);
    const std::vector<Digest> right = digests(kFewRows);
    Way way;
    for (std::size_t block = 0; block < right.size(); ++block) {
        way.options.expected_blocks = right;
        way.options.expected_blocks[block].low ^= 1;
        expect_changed(error_of(files, exec(), way));
    }
    way.options.expected_blocks = right;
    way.options.expected_blocks.pop_back();
    expect_changed(error_of(files, exec(), way));
    way.options.expected_blocks = right;
    way.options.expected_blocks.push_back(right.back());
    expect_changed(error_of(files, exec(), way));
    way.options.expected_blocks = right;
    EXPECT_EQ(error_of(files, exec(), way).message(), "nothing was thrown");
}

/// Files whose bytes others change without a trace: `meddle` may do so with what was read, and say that it is less.
class MeddledFiles : public MemoryFiles {
public:
    using Meddle = std::function<std::size_t(std::uint64_t offset, std::span<std::byte> bytes)>;
    Meddle meddle = [](std::uint64_t, std::span<std::byte> bytes) { return bytes.size(); };

    std::unique_ptr<InputFile> open(const Path& path) override {
        return std::make_unique<Input>(MemoryFiles::open(path), meddle);
    }

private:
    class Input : public InputFile {
    public:
        Input(std::unique_ptr<InputFile> inner, Meddle meddle) : inner_(std::move(inner)), meddle_(std::move(meddle)) {}
        std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
            return meddle_(offset, into.first(inner_->read_at(offset, into)));
        }
        FileIdentity identity() const override { return inner_->identity(); }

    private:
        std::unique_ptr<InputFile> inner_;
        Meddle meddle_;
    };
};

TEST_P(CsvWindow, RefusesBytesThatWereChanged) {
    MeddledFiles files;
    write_file(files, kPath, kFewRows);
    files.meddle = [](std::uint64_t offset, std::span<std::byte> bytes) {
        if (offset == 2 * kSmallBlock) bytes[0] ^= std::byte{1};
        return bytes.size();
    };
    Way way;
    way.options.expected_blocks = digests(kFewRows);
    expect_changed(error_of(files, exec(), way));
}

TEST_P(CsvWindow, RefusesAHeaderThatWasChanged) {
    MeddledFiles files;
    const std::string names = "a,a name that goes on in another block";
    write_file(files, kPath, names + "\n1,2\n");
    for (std::size_t place = 0; place < names.size(); place += 5) {
        std::atomic<int> reads = 0;
        files.meddle = [&](std::uint64_t offset, std::span<std::byte> bytes) {
            const bool is_of_header = ++reads == 1;
            if (!is_of_header && offset <= place && place < offset + bytes.size())
                bytes[place - offset] ^= std::byte{1};
            return bytes.size();
        };
        expect_changed(error_of(files, exec()));
    }
}

TEST_P(CsvWindow, RefusesFilesThatShrink) {
    for (const std::uint64_t left : {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{20}, kFewRows.size() - 1}) {
        MeddledFiles files;
        write_file(files, kPath, kFewRows);
        std::atomic<int> reads = 0;
        files.meddle = [&](std::uint64_t offset, std::span<std::byte> bytes) {
            const std::uint64_t size = ++reads > 1 || left == 0 ? left : kFewRows.size();
            return std::min<std::size_t>(bytes.size(), size - std::min(size, offset));
        };
        expect_changed(error_of(files, exec()));
    }
}

TEST(CsvSource, RefusesFilesThatShrinkBeforeTheHeaderIsRead) {
    MeddledFiles files;
    write_file(files, kPath, kFewRows);
    files.meddle = [](std::uint64_t, std::span<std::byte>) { return std::size_t{2}; };
    try {
        open_csv(files, kPath, {});
        FAIL();
    } catch (const Error& error) {
        expect_changed(error);
    }
}

TEST_P(CsvWindow, RefusesFilesThatAreWrittenMeanwhile) {
    for (std::uint64_t index = 0; index < digests(kFewRows).size(); ++index) {
        MemoryFiles files;
        write_file(files, kPath, kFewRows);
        const auto disturb = [&](const std::function<void()>& body) {
            return error_of(files, exec(), {}, [&](CsvChunk& chunk) {
                if (chunk.index == index) body();
            });
        };
        expect_changed(disturb([&] { files.touch(kPath, 1); }));
        expect_changed(disturb([&] { files.create(kPath)->finish(); }));
    }
}

TEST_P(CsvWindow, RefusesFilesThatWereWrittenSinceTheHeader) {
    MemoryFiles files;
    write_file(files, kPath, kFewRows);
    const CsvSource source = open_csv(files, kPath, {});
    const CsvPlan plan = plan_csv(source, {}, {});
    files.touch(kPath, 1);
    Budget budget("test");
    try {
        read_csv_pieces(source, plan, exec(), budget, [](CsvChunk&) { FAIL(); });
        FAIL();
    } catch (const Error& error) {
        expect_changed(error);
    }
}

TEST_P(CsvWindow, PassesReadErrorsOn) {
    MemoryFiles memory;
    write_file(memory, kPath, kFewRows);
    const int reads_of_all = 1 + static_cast<int>(digests(kFewRows).size());
    for (int failing = 1; failing <= reads_of_all; ++failing) {
        std::atomic<int> reads = 0;
        FailingFiles files(memory, [&](std::string_view operation, const Path&) {
            return operation == "read" && ++reads == failing ? EIO : 0;
        });
        const Error error = error_of(files, exec());
        EXPECT_EQ(error.fault(), Fault::System) << error.message();
        EXPECT_NE(error.message().find("Input/output error"), std::string::npos) << error.message();
    }
}

TEST_P(CsvWindow, StopsWhenCancelled) {
    MemoryFiles files;
    write_file(files, kPath, kFewRows);
    for (std::uint64_t index = 0; index < 3; ++index) {
        const Cancel cancel;
        std::uint64_t chunks = 0;
        const Error error = error_of(files, exec(cancel), {}, [&](CsvChunk& chunk) {
            ++chunks;
            if (chunk.index == index) cancel.request();
        });
        EXPECT_EQ(error.fault(), Fault::Cancelled);
        EXPECT_EQ(chunks, index + 1);
    }
    const Cancel cancel;
    cancel.request();
    EXPECT_EQ(error_of(files, exec(cancel), {}, [](CsvChunk&) { FAIL(); }).fault(), Fault::Cancelled);
}

TEST_P(CsvWindow, PassesErrorsOfTheConsumerOn) {
    MemoryFiles files;
    write_file(files, kPath, kFewRows);
    for (std::uint64_t index = 0; index < 3; ++index) {
        std::uint64_t chunks = 0;
        const Error error = error_of(files, exec(), {}, [&](CsvChunk& chunk) {
            ++chunks;
            if (chunk.index == index) fail(Fault::Usage, "enough");
        });
        EXPECT_EQ(error.fault(), Fault::Usage);
        EXPECT_EQ(error.message(), "enough");
        EXPECT_EQ(chunks, index + 1);
    }
}

TEST_P(CsvWindow, RefusesBudgetsThatHoldNoPiece) {
    MemoryFiles files;
    write_file(files, kPath, kFewRows);
    const Error error = error_of(files, exec(), {.block_bytes = kCsvBlockBytes, .limit_bytes = 1 << 20});
    EXPECT_EQ(error.fault(), Fault::Limit);
    EXPECT_NE(error.message().find(kPath), std::string::npos) << error.message();
}

TEST_P(CsvWindow, RefusesRowsThatFindNoRoom) {
    MemoryFiles files;
    write_file(files, kPath, "a\n" + std::string("1\n1\n1\n1\n"));
    const Error error = error_of(files, exec(), {.block_bytes = 64, .limit_bytes = 8'600});
    EXPECT_EQ(error.fault(), Fault::Limit);
    EXPECT_NE(error.message().find("rows of a piece"), std::string::npos) << error.message();
}

/// Most memory charged while these bytes are read.
std::uint64_t peak_of(std::string_view bytes, const Exec& exec) {
    MemoryFiles files;
    write_file(files, kPath, bytes);
    const CsvSource source = open_csv(files, kPath, {});
    Budget budget("test");
    read_csv_pieces(source, plan_csv(source, {}, {}), exec, budget, [](CsvChunk&) {});
    return budget.peak();
}

TEST_P(CsvWindow, ChargesWhatIsRememberedOfOddRows) {
    constexpr std::size_t kRows = 10'000;
    std::string good = "a,b\n";
    std::string odd = "a,b\n";
    for (std::size_t row = 0; row < kRows; ++row) {
        good += "1,2\n";
        odd += "1;2\n";
    }
    EXPECT_GE(peak_of(odd, exec()), peak_of(good, exec()) + kRows * 2 * sizeof(std::uint64_t));
}

TEST_P(CsvWindow, NamesTheRowThatIsTooLarge) {
    MemoryFiles files;
    write_file(files, kPath, "a,b\n1,2\n3,\"" + std::string(100'000, 'x') + "\"\n");
    const Error error = error_of(files, exec(), {.block_bytes = 100, .limit_bytes = 50'000});
    EXPECT_EQ(error.fault(), Fault::Limit);
    EXPECT_NE(error.message().find("line 3"), std::string::npos) << error.message();
    EXPECT_NE(error.mend(), "");
}

TEST(CsvChunk, RawRefusesCellsThatAreNone) {
    MemoryFiles files;
    write_file(files, kPath, "a,b\n1,2\n");
    const std::vector<CsvColumn> wanted = {{"b", CsvColumn::Kind::Int64}};
    const CsvSource source = open_csv(files, kPath, {});
    Budget budget("test");
    read_csv_pieces(source, plan_csv(source, wanted, {}), Exec(), budget, [&](CsvChunk& chunk) {
        EXPECT_EQ(chunk.raw(0, 0), "2");
        EXPECT_THROW(chunk.raw(1, 0), Error);
        EXPECT_THROW(chunk.raw(0, 1), Error);
    });
    EXPECT_THROW(CsvChunk().raw(0, 0), Error);
}

}  // namespace
}  // namespace hone
