#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/codec.h"
#include "hone/parallel/exec.h"
#include "hone/table/column.h"
#include "hone/table/numbered_texts.h"
#include "hone/table/packed_integers.h"

namespace hone {

/// How texts are kept.
enum class TextWay : std::uint8_t {
    Chunks,   ///< lengths, and bytes in chunks of 8,192 rows, compressed where that pays
    Words,    ///< where few are different, each once, in the order in which they are first seen; a number for each row
    Numbers,  ///< where they differ in digits at one place alone: the digits as a number for each row
};

/// Texts in the first way that fits: Words, Numbers, Chunks. The form is the same for any Exec. Immutable; threads may
/// read it at the same time.
class PackedTexts {
public:
    PackedTexts() = default;
    static PackedTexts pack(const TextData& texts, const Exec& exec = {});

    std::size_t size() const { return numbers_.size(); }
    /// Bytes of all texts. After decode() this is a claim, which holds or makes read() fail; at most kMostGrowth times
    /// the encoded bytes.
    std::uint64_t text_bytes() const { return text_bytes_; }
    /// The texts of rows begin..end-1. Unpacks whole chunks where they are compressed. Fault::Input if the bytes
    /// decoded are damaged. Requires: begin <= end <= size().
    TextData read(std::size_t begin, std::size_t end, const Exec& exec = {}) const;
    std::uint64_t memory_bytes() const;
    /// "dictionary of 800, frame of reference, 9.7 bits a value".
    std::string in_words() const;

    void encode(Encoder& out) const;
    /// Reads encode() of `size` texts back. Allocates at most kMostSqueeze times the bytes at hand.
    static PackedTexts decode(Decoder& in, std::size_t size);
    static constexpr std::uint64_t kMostGrowth = 4096;

private:
    struct Word {
        std::uint32_t start = 0;
        std::uint32_t size = 0;
    };
    struct Chunk {
        std::uint64_t text_bytes = 0;
        bool is_squeezed = false;
        std::string bytes;
    };
    static PackedTexts in_chunks(const TextData& texts, const Exec& exec);
    bool pack_words(const TextData& texts, const Exec& exec);
    bool pack_numbers(const TextData& texts, const Exec& exec);
    void set_words(const TextData& words);
    TextData words() const;
    TextData read_words(std::size_t begin, std::size_t end) const;
    TextData read_numbers(std::size_t begin, std::size_t end) const;
    void read_chunk(std::size_t chunk, char* to, std::uint64_t* offsets, std::uint64_t start) const;
    void encode_chunks(Encoder& out) const;
    void decode_chunks(Decoder& in);
    void decode_words(Decoder& in);
    void decode_form(Decoder& in);

    TextWay way_ = TextWay::Chunks;
    std::uint64_t text_bytes_ = 0;
    PackedIntegers numbers_;  // of words, or in texts, or lengths
    NumberedForm form_;
    std::vector<Word> words_;
    std::string word_bytes_;  // and some zeros behind, so that short words can be copied as 16 bytes
    std::vector<Chunk> chunks_;
};

}  // namespace hone
