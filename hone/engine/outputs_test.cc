#include "hone/engine/outputs.h"

#include <gtest/gtest.h>

#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Outputs example() {
    Outputs outputs;
    outputs.summary().set("rows", 2);
    outputs.table("t", Table({Column::int64("a", {1, 2}), Column::text("b", {"x", "y"})}));
    outputs.bytes("figures/f", "image/svg+xml", "<svg/>");
    outputs.issues().add({.id = "x.y", .message = "m"});
    return outputs;
}

TEST(Outputs, SurviveCoding) {
    const Outputs outputs = example();
    Encoder out;
    encode_outputs(out, outputs);
    Decoder in(out.bytes());
    const auto decoded = decode_outputs(in, [](std::uint64_t, Digest) { return nullptr; });
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->digest(), outputs.digest());
    EXPECT_EQ(decoded->find("figures/f")->blob->bytes(), "<svg/>");
    EXPECT_EQ(decoded->issues().count(), 1U);
}

TEST(Outputs, DamageIsAnErrorNotACrash) {
    Encoder out;
    encode_outputs(out, example());
    for (std::size_t length = 0; length < out.bytes().size(); ++length) {
        Decoder in(std::string_view(out.bytes()).substr(0, length));
        EXPECT_THROW((void)decode_outputs(in, [](std::uint64_t, Digest) { return nullptr; }), Error) << length;
    }
}

TEST(Outputs, LargeBlobsAreFetched) {
    Outputs outputs;
    outputs.bytes("big", "text/plain", std::string(kInlineBlobBytes + 1, 'x'));
    Encoder out;
    encode_outputs(out, outputs);
    EXPECT_LT(out.bytes().size(), 1000U);
    Decoder gone(out.bytes());
    EXPECT_FALSE(decode_outputs(gone, [](std::uint64_t, Digest) { return nullptr; }));
    Decoder in(out.bytes());
    const auto decoded = decode_outputs(in, [&](std::uint64_t size, Digest digest) {
        EXPECT_EQ(size, kInlineBlobBytes + 1);
        EXPECT_EQ(digest, outputs.find("big")->blob->digest());
        return outputs.find("big")->blob;
    });
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->digest(), outputs.digest());
}

TEST(Outputs, DigestSeesEveryPart) {
    const Digest digest = example().digest();
    Outputs other = example();
    other.summary().set("rows", 3);
    EXPECT_NE(other.digest(), digest);
    other = example();
    other.issues().add({.id = "x.y", .message = "n"});
    EXPECT_NE(other.digest(), digest);
    other = example();
    other.bytes("g", "text/plain", "");
    EXPECT_NE(other.digest(), digest);
}

TEST(Outputs, NamesStayInsideTheFolder) {
    Outputs outputs;
    EXPECT_THROW(outputs.bytes("../x", "text/plain", ""), Error);
    EXPECT_THROW(outputs.bytes("/x", "text/plain", ""), Error);
    outputs.bytes("x", "text/plain", "");
    EXPECT_THROW(outputs.bytes("x", "text/plain", ""), Error);
}

TEST(Blob, StreamsLargeArtifactsThroughAFile) {
    const testing::TemporaryFolder folder;
    Budget budget("test", std::uint64_t{1} << 20);
    std::string expected;
    Path file;
    {
        BlobWriter writer(real_files(), folder.path() / "work", budget);
        for (int i = 0; i < 100'000; ++i) {
            const std::string piece = "line " + std::to_string(i) + "\n";
            expected += piece;
            writer.write(piece);
        }
        const auto blob = writer.finish();
        file = blob->file();
        EXPECT_TRUE(std::filesystem::exists(file));
        EXPECT_EQ(blob->size(), expected.size());
        EXPECT_EQ(blob->digest(), digest_of(expected));
        EXPECT_EQ(blob->bytes(), expected);
        EXPECT_EQ(budget.used(), 0U);
    }
    EXPECT_FALSE(std::filesystem::exists(file)) << "a blob's file goes with it";
    EXPECT_LE(budget.peak(), BlobWriter::kInMemory);
}

TEST(Blob, SmallArtifactsGoToFilesWhenTheRoomIsTaken) {
    const testing::TemporaryFolder folder;
    Budget budget("test");
    const auto room = std::make_shared<BlobRoom>(100);
    const auto write = [&](std::size_t size) {
        BlobWriter writer(real_files(), folder.path(), budget, room);
        writer.write(std::string(size, 'x'));
        return writer.finish();
    };
    auto first = write(60);
    const auto second = write(60);
    EXPECT_TRUE(first->file().empty());
    EXPECT_FALSE(second->file().empty());
    EXPECT_EQ(second->bytes(), std::string(60, 'x'));
    EXPECT_EQ(first->digest(), second->digest());
    EXPECT_TRUE(write(40)->file().empty());
    first.reset();
    EXPECT_TRUE(write(100)->file().empty()) << "what a blob took comes back with its end";
    EXPECT_TRUE(write(0)->file().empty());
}

TEST(Blob, MovesItsFileOnceAndNoticesChanges) {
    const testing::TemporaryFolder folder;
    Budget budget("test");
    const std::string text = std::string(BlobWriter::kInMemory, 'x') + "end";
    const Path there = folder.path() / "there";
    {
        BlobWriter writer(real_files(), folder.path() / "work", budget);
        writer.write(text);
        const auto blob = writer.finish();
        const Path before = blob->file();
        EXPECT_FALSE(blob->move_to(folder.path() / "absent/there"));
        EXPECT_EQ(blob->file(), before) << "what could not be moved stays";
        EXPECT_TRUE(blob->move_to(there));
        EXPECT_FALSE(std::filesystem::exists(before));
        EXPECT_FALSE(blob->move_to(folder.path() / "twice"));
        EXPECT_EQ(blob->bytes(), text);
        for (const std::string& other : {text + "x", std::string(text.size(), 'y'), text.substr(1)}) {
            folder.write("there", other);
            try {
                (void)blob->bytes();
                FAIL() << "a changed file was read, " << other.size() << " bytes";
            } catch (const Error& error) {
                EXPECT_EQ(error.fault(), Fault::System);
            }
        }
    }
    EXPECT_TRUE(std::filesystem::exists(there)) << "a file that was given away does not go with the blob";
    EXPECT_FALSE(Blob::of("in memory")->move_to(folder.path() / "no"));
}

TEST(Blob, PiecesOfAnySizeAreWrittenInOrder) {
    const testing::TemporaryFolder folder;
    Budget budget("test");
    for (const std::size_t first : {std::size_t{0}, std::size_t{1}, BlobWriter::kInMemory - 1, BlobWriter::kInMemory}) {
        BlobWriter writer(real_files(), folder.path(), budget);
        std::string expected;
        std::size_t size = first;
        for (const char letter : {'a', 'b', 'c', 'd'}) {
            expected.append(size, letter);
            writer.write(std::string(size, letter));
            size = size * 2 + 100'000;
        }
        const auto blob = writer.finish();
        EXPECT_TRUE(blob->is_in_file());
        EXPECT_TRUE(blob->bytes() == expected) << first;
        EXPECT_EQ(blob->digest(), digest_of(expected));
    }
}

TEST(Blob, AbandonedWritersLeaveNothing) {
    const testing::TemporaryFolder folder;
    Budget budget("test");
    {
        BlobWriter writer(real_files(), folder.path(), budget);
        writer.write(std::string(BlobWriter::kInMemory * 2, 'x'));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Outputs, OnlyFilesOfDifferentEndingsShareAName) {
    Outputs outputs;
    outputs.bytes("map", "image/svg+xml", "<svg/>");
    outputs.bytes("map", "application/vnd.hone.drawing", "d");
    EXPECT_EQ(outputs.find("map")->media, "image/svg+xml");
    EXPECT_THROW(outputs.bytes("map", "image/svg+xml", "<svg/>"), Error);
    outputs.table("map", Table({Column::int64("n", {1})}));
    EXPECT_THROW(outputs.table("map", Table({Column::int64("n", {1})})), Error);
    EXPECT_THROW(outputs.bytes("map", "text/csv", "n\n1\n"), Error);
    outputs.bytes("map", "application/json", "[]");
}

}  // namespace
}  // namespace hone
