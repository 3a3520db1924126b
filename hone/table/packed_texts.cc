#include "hone/table/packed_texts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/number.h"
#include "hone/table/packed_bytes.h"

namespace hone {
namespace {

constexpr std::size_t kMostWords = 65'536;
constexpr std::size_t kRowsOfWord = 4;  // fewer rows of a word on average: a dictionary does not pay
constexpr std::size_t kChunkRows = 8 * kPackedBlock;
constexpr std::size_t kShortWord = 16;

using Values = std::array<std::int64_t, kPackedBlock>;

std::size_t chunks_of(std::size_t rows) {
    return rows / kChunkRows + (rows % kChunkRows != 0 ? 1 : 0);
}

std::uint64_t bytes_at(const char* text, std::size_t count) {
    std::uint64_t value = 0;
    std::memcpy(&value, text, count);
    return value;
}

/// What tells words apart: up to 16 bytes are all in here, of longer ones a hash.
struct WordKey {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t size = 0;

    bool operator==(const WordKey&) const = default;
};

WordKey key_of(std::string_view word) {
    const std::size_t size = word.size();
    if (size > kShortWord) return {hash64(word), 0, size};
    const char* end = word.data() + size;
    if (size >= 8) return {bytes_at(word.data(), 8), bytes_at(end - 8, 8), size};
    if (size >= 4) return {bytes_at(word.data(), 4), bytes_at(end - 4, 4), size};
    if (size >= 2) return {bytes_at(word.data(), 2), bytes_at(end - 2, 2), size};
    return {size == 0 ? 0 : bytes_at(word.data(), 1), 0, size};
}

/// Numbers words as they are first seen.
class WordNumbers {
public:
    explicit WordNumbers(std::size_t most) : most_(most), slots_(kLeastSlots) {}

    /// The number of a word; nothing if there would be too many.
    std::optional<std::uint32_t> number(std::string_view word) {
        const WordKey key = key_of(word);
        std::size_t slot = slot_of(key);
        for (; slots_[slot].number != kEmpty; slot = (slot + 1) & (slots_.size() - 1)) {
            const Slot& found = slots_[slot];
            if (found.key == key && (key.size <= kShortWord || words_[found.number] == word)) return found.number;
        }
        if (words_.size() == most_) return std::nullopt;
        const auto number = static_cast<std::uint32_t>(words_.size());
        slots_[slot] = {key, number};
        words_.push_back(word);
        if (words_.size() * 2 > slots_.size()) grow();
        return number;
    }
    const TextData& words() const { return words_; }

private:
    static constexpr std::uint32_t kEmpty = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::size_t kLeastSlots = 256;
    struct Slot {
        WordKey key;
        std::uint32_t number = kEmpty;
    };

    std::size_t slot_of(const WordKey& key) const {
        std::uint64_t mixed = (key.first ^ std::rotl(key.last, 29) ^ key.size << 56) * 0x9E3779B97F4A7C15U;
        mixed = (mixed ^ mixed >> 32) * 0xBF58476D1CE4E5B9U;
        return static_cast<std::size_t>(mixed >> 32) & (slots_.size() - 1);
    }
    void grow() {
        std::vector<Slot> before(slots_.size() * 2);
        before.swap(slots_);
        for (const Slot& one : before) {
            if (one.number == kEmpty) continue;
            std::size_t slot = slot_of(one.key);
            while (slots_[slot].number != kEmpty)
                slot = (slot + 1) & (slots_.size() - 1);
            slots_[slot] = one;
        }
    }

    std::size_t most_;
    std::vector<Slot> slots_;
    TextData words_;
};

/// Turns lengths into offsets behind `start`; the end is what is given back. Fault::Input where it exceeds `most`.
std::uint64_t add_up(std::span<const std::int64_t> lengths, std::uint64_t start, std::uint64_t most,
                     std::uint64_t* offsets) {
    std::uint64_t end = start;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const auto length = static_cast<std::uint64_t>(lengths[i]);
        if (length > most - end) fail(Fault::Input, "packed texts are longer than they may be");
        end += length;
        offsets[i] = end;
    }
    return end;
}

struct Rows {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The texts that numbers stand for, block by block: size_of(number) bytes that write(number, to) writes, which may
/// spoil the kShortWord bytes behind. Fault::Input where they come to more than `most` bytes, or all to another number.
template <class SizeOf, class Write>
TextData read_each(const PackedIntegers& numbers, Rows rows, std::uint64_t most, const SizeOf& size_of,
                   const Write& write) {
    TextData out;
    out.offsets.resize(rows.end - rows.begin + 1);
    const bool is_all = rows.begin == 0 && rows.end == numbers.size();
    if (is_all) out.bytes.reserve(most + kShortWord);
    std::uint64_t at = 0;
    std::uint64_t* offsets = out.offsets.data();
    for (std::size_t row = rows.begin; row < rows.end;) {
        Values values;
        const std::size_t count = std::min(kPackedBlock - row % kPackedBlock, rows.end - row);
        numbers.read(row, std::span(values).first(count));
        for (std::size_t i = 0; i < count; ++i) {
            at += size_of(values[i]);
            offsets[i + 1] = at;
        }
        if (at > most) fail(Fault::Input, "packed texts are longer than they may be");
        out.bytes.resize(at + kShortWord);
        for (std::size_t i = 0; i < count; ++i)
            write(values[i], out.bytes.data() + offsets[i]);
        row += count;
        offsets += count;
    }
    out.bytes.resize(at);
    if (is_all && at != most) fail(Fault::Input, "packed texts are shorter than they claim");
    return out;
}

std::uint64_t encoded_bytes(const PackedTexts& texts) {
    Encoder out;
    texts.encode(out);
    return out.bytes().size();
}

}  // namespace

PackedTexts PackedTexts::pack(const TextData& texts, const Exec& exec) {
    PackedTexts packed;
    packed.text_bytes_ = texts.bytes.size();
    const bool is_short = packed.pack_words(texts, exec) || packed.pack_numbers(texts, exec);
    // Long texts that hardly differ would grow more than decode() believes: they stay in chunks.
    if (is_short && (packed.text_bytes_ / kMostGrowth < packed.numbers_.blocks().packed_bytes() ||
                     packed.text_bytes_ / kMostGrowth < encoded_bytes(packed)))
        return packed;
    return in_chunks(texts, exec);
}

bool PackedTexts::pack_words(const TextData& texts, const Exec& exec) {
    const std::size_t most = std::min(kMostWords, texts.size() / kRowsOfWord);
    if (most == 0) return false;
    WordNumbers numbers(most);
    std::vector<std::int64_t> codes(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto number = numbers.number(texts[i]);
        if (!number || numbers.words().bytes.size() > std::numeric_limits<std::uint32_t>::max()) return false;
        codes[i] = *number;
    }
    way_ = TextWay::Words;
    set_words(numbers.words());
    numbers_ = PackedIntegers::pack(codes, exec);
    return true;
}

bool PackedTexts::pack_numbers(const TextData& texts, const Exec& exec) {
    std::optional<NumberedTexts> found = numbered(texts);
    if (!found) return false;
    way_ = TextWay::Numbers;
    form_ = std::move(found->form);
    numbers_ = PackedIntegers::pack(found->numbers, exec);
    for (std::size_t begin = 0; begin < texts.size(); begin += kChunkRows) {
        const TextData again = read(begin, std::min(texts.size(), begin + kChunkRows));
        for (std::size_t i = 0; i < again.size(); ++i)
            check(again[i] == texts[begin + i], "numbered texts read back as they were");
    }
    return true;
}

void PackedTexts::set_words(const TextData& words) {
    words_.clear();
    for (std::size_t i = 0; i < words.size(); ++i)
        words_.push_back({static_cast<std::uint32_t>(words.offsets[i]), static_cast<std::uint32_t>(words[i].size())});
    word_bytes_ = words.bytes + std::string(kShortWord, '\0');
}

TextData PackedTexts::words() const {
    TextData words;
    for (const Word& word : words_)
        words.push_back(std::string_view(word_bytes_).substr(word.start, word.size));
    return words;
}

PackedTexts PackedTexts::in_chunks(const TextData& texts, const Exec& exec) {
    PackedTexts packed;
    packed.text_bytes_ = texts.bytes.size();
    std::vector<std::int64_t> lengths(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        lengths[i] = static_cast<std::int64_t>(texts.offsets[i + 1] - texts.offsets[i]);
    packed.numbers_ = PackedIntegers::pack(lengths, exec);
    packed.chunks_.resize(chunks_of(texts.size()));
    exec.for_each("pack texts", packed.chunks_.size(), [&](std::size_t i) {
        const std::uint64_t begin = texts.offsets[i * kChunkRows];
        const std::uint64_t end = texts.offsets[std::min(texts.size(), (i + 1) * kChunkRows)];
        const auto bytes = std::string_view(texts.bytes).substr(begin, end - begin);
        Chunk& chunk = packed.chunks_[i];
        chunk.text_bytes = bytes.size();
        chunk.bytes = squeezed(bytes);
        chunk.is_squeezed = !chunk.bytes.empty();
        if (!chunk.is_squeezed) {
            chunk.bytes = bytes;
            return;
        }
        chunk.bytes.shrink_to_fit();
        std::string again(bytes.size(), '\0');
        unsqueeze(chunk.bytes, again);
        check(again == bytes, "compressed texts read back as they were");
    });
    return packed;
}

TextData PackedTexts::read(std::size_t begin, std::size_t end, const Exec& exec) const {
    check(begin <= end && end <= size(), "rows of a packed column exist");
    if (way_ == TextWay::Words) return read_words(begin, end);
    if (way_ == TextWay::Numbers) return read_numbers(begin, end);
    TextData out;
    if (begin == end) return out;
    const std::size_t first = begin / kChunkRows;
    const std::size_t last = (end - 1) / kChunkRows;
    std::vector<std::uint64_t> starts = {0};
    for (std::size_t i = first; i <= last; ++i)
        starts.push_back(starts.back() + chunks_[i].text_bytes);
    const std::size_t first_row = first * kChunkRows;
    out.offsets.resize(std::min(size(), (last + 1) * kChunkRows) - first_row + 1);
    out.bytes.reserve(starts.back());
    const bool is_alone = exec.threads() == 1;
    if (!is_alone) out.bytes.resize(starts.back());
    exec.for_each("unpack texts", last - first + 1, [&](std::size_t i) {
        // Chunk by chunk, so that the zeros of resize() stay in the processor's cache.
        if (is_alone) out.bytes.resize(starts[i + 1]);
        read_chunk(first + i, out.bytes.data() + starts[i], out.offsets.data() + 1 + i * kChunkRows, starts[i]);
    });
    if (begin == first_row && out.size() == end - begin) return out;
    TextData cut;
    for (std::size_t i = begin - first_row; i < end - first_row; ++i)
        cut.push_back(out[i]);
    return cut;
}

TextData PackedTexts::read_words(std::size_t begin, std::size_t end) const {
    const auto size_of = [this](std::int64_t number) -> std::uint64_t {
        const auto word = static_cast<std::uint64_t>(number);
        if (word >= words_.size()) fail(Fault::Input, "a dictionary of texts has no entry ", word);
        return words_[word].size;
    };
    const auto write = [this](std::int64_t number, char* to) {
        const Word word = words_[static_cast<std::size_t>(number)];
        const char* from = word_bytes_.data() + word.start;
        if (word.size <= kShortWord)
            std::memcpy(to, from, kShortWord);
        else
            std::memcpy(to, from, word.size);
    };
    return read_each(numbers_, {begin, end}, text_bytes_, size_of, write);
}

TextData PackedTexts::read_numbers(std::size_t begin, std::size_t end) const {
    const std::uint64_t size = form_.size();
    const std::uint64_t numbers = form_.numbers();
    const auto size_of = [size, numbers](std::int64_t number) -> std::uint64_t {
        if (number == -1) return 0;
        if (static_cast<std::uint64_t>(number) >= numbers)
            fail(Fault::Input, "a numbered text cannot have the number ", number);
        return size;
    };
    const auto write = [this](std::int64_t number, char* to) {
        if (number >= 0) form_.write(static_cast<std::uint64_t>(number), to);
    };
    return read_each(numbers_, {begin, end}, text_bytes_, size_of, write);
}

/// Unpacks a chunk to `to`, where its text bytes have room, and its offsets, the first one of which starts at `start`.
void PackedTexts::read_chunk(std::size_t chunk, char* to, std::uint64_t* offsets, std::uint64_t start) const {
    const Chunk& from = chunks_[chunk];
    const std::size_t begin = chunk * kChunkRows;
    const std::size_t end = std::min(size(), begin + kChunkRows);
    const std::uint64_t most = start + from.text_bytes;
    for (std::size_t row = begin; row < end; row += kPackedBlock) {
        Values lengths;
        const auto used = std::span(lengths).first(std::min(kPackedBlock, end - row));
        numbers_.read(row, used);
        start = add_up(used, start, most, offsets + (row - begin));
    }
    if (start != most) fail(Fault::Input, "packed texts are shorter than they claim");
    if (from.is_squeezed)
        unsqueeze(from.bytes, {to, from.text_bytes});
    else
        std::ranges::copy(from.bytes, to);
}

std::uint64_t PackedTexts::memory_bytes() const {
    std::uint64_t bytes = sizeof(PackedTexts) + numbers_.blocks().memory_bytes() + words_.capacity() * sizeof(Word) +
                          word_bytes_.capacity() + form_.before.capacity() + form_.after.capacity();
    for (const Chunk& chunk : chunks_)
        bytes += sizeof(Chunk) + chunk.bytes.capacity();
    return bytes;
}

std::string PackedTexts::in_words() const {
    if (way_ == TextWay::Words) return cat("dictionary of ", words_.size(), ", ", numbers_.in_words());
    if (way_ == TextWay::Numbers) return cat("numbers in a fixed text, ", numbers_.in_words());
    std::uint64_t bytes = 0;
    std::size_t squeezed = 0;
    for (const Chunk& chunk : chunks_) {
        bytes += chunk.bytes.size();
        squeezed += chunk.is_squeezed ? 1 : 0;
    }
    const std::uint64_t share = text_bytes_ == 0 ? 0 : (bytes * 100 + text_bytes_ / 2) / text_bytes_;
    if (squeezed == 0) return cat("texts as they are, lengths: ", numbers_.in_words());
    return cat("texts compressed to ", share, " %, lengths: ", numbers_.in_words());
}

void PackedTexts::encode(Encoder& out) const {
    out.u8(static_cast<std::uint8_t>(way_));
    out.u64(text_bytes_);
    numbers_.encode(out);
    if (way_ == TextWay::Chunks) return encode_chunks(out);
    if (way_ == TextWay::Numbers) {
        out.text(form_.before);
        out.u8(static_cast<std::uint8_t>(form_.digits));
        return out.text(form_.after);
    }
    const PackedTexts words = in_chunks(this->words(), {});
    out.u64(words.size());
    out.u64(words.text_bytes_);
    words.numbers_.encode(out);
    words.encode_chunks(out);
}

void PackedTexts::encode_chunks(Encoder& out) const {
    for (const Chunk& chunk : chunks_) {
        out.u8(chunk.is_squeezed ? 1 : 0);
        out.u64(chunk.text_bytes);
        out.text(chunk.bytes);
    }
}

PackedTexts PackedTexts::decode(Decoder& in, std::size_t size) {
    PackedTexts packed;
    const std::size_t before = in.left();
    const std::uint8_t way = in.u8();
    if (way > static_cast<std::uint8_t>(TextWay::Numbers)) fail(Fault::Input, "texts cannot be packed in way ", way);
    packed.way_ = static_cast<TextWay>(way);
    packed.text_bytes_ = in.u64();
    packed.numbers_ = PackedIntegers::decode(in, size);
    if (packed.way_ == TextWay::Chunks) {
        packed.decode_chunks(in);
        return packed;
    }
    if (packed.way_ == TextWay::Words)
        packed.decode_words(in);
    else
        packed.decode_form(in);
    if (packed.text_bytes_ / kMostGrowth > before - in.left())
        fail(Fault::Input, "packed texts claim to be too long: ", packed.text_bytes_);
    return packed;
}

void PackedTexts::decode_words(Decoder& in) {
    PackedTexts words;
    const std::uint64_t count = in.u64();
    if (count > kMostWords) fail(Fault::Input, "a dictionary of texts has too many entries: ", count);
    words.text_bytes_ = in.u64();
    if (words.text_bytes_ > std::numeric_limits<std::uint32_t>::max())
        fail(Fault::Input, "a dictionary of texts is too long: ", words.text_bytes_);
    words.numbers_ = PackedIntegers::decode(in, static_cast<std::size_t>(count));
    words.decode_chunks(in);
    set_words(words.read(0, words.size()));
}

void PackedTexts::decode_form(Decoder& in) {
    form_.before = in.text();
    form_.digits = in.u8();
    if (form_.digits == 0 || form_.digits > NumberedForm::kMostDigits)
        fail(Fault::Input, "a numbered text cannot have so many digits: ", form_.digits);
    form_.after = in.text();
}

void PackedTexts::decode_chunks(Decoder& in) {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < chunks_of(size()); ++i) {
        Chunk chunk;
        chunk.is_squeezed = in.flag();
        chunk.text_bytes = in.u64();
        chunk.bytes = in.text();
        const bool fits = chunk.is_squeezed ? chunk.text_bytes / kMostSqueeze <= chunk.bytes.size()
                                            : chunk.text_bytes == chunk.bytes.size();
        if (!fits) fail(Fault::Input, "packed texts claim to be too long: ", chunk.text_bytes);
        all += chunk.text_bytes;
        chunks_.push_back(std::move(chunk));
    }
    if (all != text_bytes_) fail(Fault::Input, "chunks of packed texts come to another length: ", all);
}

}  // namespace hone
