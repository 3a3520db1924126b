#include "hone/base/compress.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

std::string repetitive(std::size_t size) {
    std::string text;
    while (text.size() < size)
        text += "Hone " + std::to_string(text.size() % 97) + "; ";
    text.resize(size);
    return text;
}

TEST(Compress, BytesComeBackWholeAtEverySizeAndLevel) {
    for (const std::size_t size : {0U, 1U, 63U, 4096U, 131'072U, 131'073U, 400'000U}) {
        for (const int level : {1, 2, 3}) {
            const std::string text = repetitive(size);
            const auto frame = compress_bytes(text, level);
            ASSERT_TRUE(frame);
            EXPECT_EQ(frame, compress_bytes(text, level)) << "equal bytes give equal frames";
            EXPECT_EQ(stated_bytes(*frame), size);
            std::string again(size, '?');
            decompress_bytes(*frame, again);
            EXPECT_EQ(again, text);
            if (size >= 4096) {
                EXPECT_LT(frame->size(), size / 4);
            }
        }
    }
}

TEST(Compress, RefusesOtherSizesAndDamage) {
    const std::string text = repetitive(5000);
    const std::string frame = compress_bytes(text, 1).value();
    for (const std::size_t wrong : {0U, 4999U, 5001U}) {
        std::string out(wrong, '?');
        EXPECT_THROW(decompress_bytes(frame, out), Error) << wrong;
    }
    std::string out(5000, '?');
    EXPECT_THROW(decompress_bytes(frame.substr(0, frame.size() / 2), out), Error);
    EXPECT_THROW(decompress_bytes("no frame at all", out), Error);
    EXPECT_EQ(stated_bytes("no frame at all"), std::nullopt);
    EXPECT_EQ(stated_bytes(""), std::nullopt);
    decompress_bytes(frame, out);
    EXPECT_EQ(out, text) << "the state that a thread keeps is good after a failure";
}

TEST(Compress, AnyBytesAreFaultInputOrOfTheSizeAskedFor) {
    Random random(testing::test_seed());
    const std::string frame = compress_bytes(repetitive(3000), 3).value();
    for (int round = 0; round < 300; ++round) {
        std::string bytes = frame;
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        std::string out(3000, '?');
        try {
            decompress_bytes(bytes, out);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
        }
    }
}

}  // namespace
}  // namespace hone
