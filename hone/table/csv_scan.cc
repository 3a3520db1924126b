#include "hone/table/csv_scan.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "hone/base/text.h"

#define HONE_ALWAYS_INLINE inline __attribute__((always_inline))
#define HONE_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

namespace hone {
namespace {

constexpr std::size_t kWord = 64;

/// Bits of one word of 64 bytes, before quotes are looked at.
struct Word {
    std::uint64_t commas = 0;
    std::uint64_t line_feeds = 0;
    std::uint64_t quotes = 0;
    std::uint32_t high_bytes = 0;  ///< not 0 if there are any
};

Word scalar_word(const char* data, char separator) {
    Word word;
    for (std::size_t i = 0; i < kWord; ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        if (data[i] == separator) word.commas |= bit;
        if (data[i] == '\n') word.line_feeds |= bit;
        if (data[i] == '"') word.quotes |= bit;
        word.high_bytes |= static_cast<unsigned char>(data[i]) & 0x80U;
    }
    return word;
}

std::uint64_t sse2_equal(const __m128i* bytes, char letter) {
    const __m128i wanted = _mm_set1_epi8(letter);
    std::uint64_t bits = 0;
    for (int i = 3; i >= 0; --i)
        bits = bits << 16 | static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes[i], wanted)));
    return bits;
}

Word sse2_word(const char* data, char separator) {
    const auto* source = reinterpret_cast<const __m128i*>(data);
    const __m128i bytes[4] = {_mm_loadu_si128(source), _mm_loadu_si128(source + 1), _mm_loadu_si128(source + 2),
                              _mm_loadu_si128(source + 3)};
    const __m128i all = _mm_or_si128(_mm_or_si128(bytes[0], bytes[1]), _mm_or_si128(bytes[2], bytes[3]));
    return {sse2_equal(bytes, separator), sse2_equal(bytes, '\n'), sse2_equal(bytes, '"'),
            static_cast<std::uint32_t>(_mm_movemask_epi8(all))};
}

HONE_AVX2 inline std::uint64_t avx2_equal(__m256i low, __m256i high, char letter) {
    const __m256i wanted = _mm256_set1_epi8(letter);
    const auto low_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
    const auto high_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
    return low_bits | static_cast<std::uint64_t>(high_bits) << 32;
}

HONE_AVX2 inline Word avx2_word(const char* data, char separator) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + 32));
    return {avx2_equal(low, high, separator), avx2_equal(low, high, '\n'), avx2_equal(low, high, '"'),
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(low, high)))};
}

/// Bit i of the result: parity of bits 0..i.
HONE_ALWAYS_INLINE std::uint64_t prefix_parity(std::uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/// Takes the quotes into account and stores word `w`. `quoted` is all ones while within quotes.
HONE_ALWAYS_INLINE void store(const Word& word, std::size_t w, std::uint64_t& quoted, CsvScan& scan, CsvMasks masks) {
    std::uint64_t inside = quoted;
    if (word.quotes != 0) {
        inside ^= prefix_parity(word.quotes);
        quoted = std::uint64_t{0} - (inside >> 63);
        scan.quotes += static_cast<std::uint64_t>(std::popcount(word.quotes));
    }
    const std::uint64_t row_ends = word.line_feeds & ~inside;
    masks.commas[w] = word.commas & ~inside;
    masks.row_ends[w] = row_ends;
    scan.line_feeds += static_cast<std::uint64_t>(std::popcount(word.line_feeds));
    scan.row_ends += static_cast<std::uint64_t>(std::popcount(row_ends));
    scan.has_high_bytes |= word.high_bytes != 0;
}

template <Word (*kWordOf)(const char*, char)>
void scan_baseline(const char* data, std::size_t words, CsvScan& scan, CsvMasks masks) {
    CsvScan now = scan;
    std::uint64_t quoted = now.in_quotes ? ~std::uint64_t{0} : 0;
    for (std::size_t w = 0; w < words; ++w)
        store(kWordOf(data + w * kWord, now.separator), w, quoted, now, masks);
    now.in_quotes = quoted != 0;
    scan = now;
}

HONE_AVX2 void scan_avx2(const char* data, std::size_t words, CsvScan& scan, CsvMasks masks) {
    CsvScan now = scan;
    std::uint64_t quoted = now.in_quotes ? ~std::uint64_t{0} : 0;
    for (std::size_t w = 0; w < words; ++w)
        store(avx2_word(data + w * kWord, now.separator), w, quoted, now, masks);
    now.in_quotes = quoted != 0;
    scan = now;
}

/// Place of set bit number `n`. Requires: more than n bits are set.
struct PlainSelect {
    HONE_ALWAYS_INLINE static std::uint32_t place(std::uint64_t bits, std::size_t n) {
        for (; n > 0; --n)
            bits &= bits - 1;
        return static_cast<std::uint32_t>(std::countr_zero(bits));
    }
};

/// The same by one instruction. As assembler, because a function with intrinsics of BMI2 cannot be inlined into a
/// template that is compiled for both kinds of CPU.
struct Bmi2Select {
    HONE_ALWAYS_INLINE static std::uint32_t place(std::uint64_t bits, std::size_t n) {
        std::uint64_t placed = 0;
        asm("pdep %2, %1, %0" : "=r"(placed) : "r"(std::uint64_t{1} << n), "r"(bits));
        return static_cast<std::uint32_t>(std::countr_zero(placed));
    }
};

/// Takes a finished row of `commas` commas that is not as it should be: blank or misshapen.
void take_odd_row(CsvRowWalk& walk, std::uint32_t end, std::size_t commas) {
    const std::string_view row(walk.data + walk.at, end - walk.at);
    if (commas == 0 && trim(row).empty()) return;
    walk.misshapen.emplace_back(walk.line, commas + 1);
}

/// With `kAll` every comma of a row is wanted.
template <class Select, bool kAll>
HONE_ALWAYS_INLINE void find_rows_with(CsvRowWalk& walk, CsvRowBatch& batch) {
    const std::uint64_t* const commas = walk.masks.commas;
    const std::uint64_t* const row_ends = walk.masks.row_ends;
    const std::uint32_t* const wanted = walk.wanted.data();
    const std::size_t targets = walk.wanted.size();
    std::uint32_t* const places = batch.commas.data();
    std::size_t rows = 0;
    while (rows < CsvRowBatch::kMost) {
        std::size_t w = walk.at / kWord;
        if (w >= walk.words) break;
        const std::uint64_t from = ~std::uint64_t{0} << (walk.at % kWord);
        std::uint64_t c = commas[w] & from;
        std::uint64_t ends = row_ends[w] & from;
        std::size_t seen = 0;
        std::size_t t = 0;
        while (true) {
            if (ends != 0) c &= (ends & (0 - ends)) - 1;
            const std::size_t after = seen + static_cast<std::size_t>(std::popcount(c));
            if constexpr (kAll) {
                for (; t < targets && c != 0; ++t, c &= c - 1)
                    places[t * CsvRowBatch::kMost + rows] =
                        static_cast<std::uint32_t>(w * kWord + static_cast<std::size_t>(std::countr_zero(c)));
            } else {
                for (; t < targets && wanted[t] < after; ++t)
                    places[t * CsvRowBatch::kMost + rows] =
                        static_cast<std::uint32_t>(w * kWord) + Select::place(c, wanted[t] - seen);
            }
            seen = after;
            if (ends != 0 || ++w == walk.words) break;
            c = commas[w];
            ends = row_ends[w];
        }
        if (ends == 0) break;
        const auto place = static_cast<std::uint32_t>(w * kWord + static_cast<std::size_t>(std::countr_zero(ends)));
        const std::uint32_t end = place > walk.at && walk.data[place - 1] == '\r' ? place - 1 : place;
        if (seen == walk.commas_in_row && (seen > 0 || !trim({walk.data + walk.at, end - walk.at}).empty())) {
            batch.bounds[rows] = {walk.at, end};
            batch.lines[rows] = walk.line;
            ++rows;
        } else {
            take_odd_row(walk, end, seen);
        }
        walk.line += walk.has_quoted_line_feeds
                         ? static_cast<std::uint64_t>(std::count(walk.data + walk.at, walk.data + place + 1, '\n'))
                         : 1;
        walk.at = place + 1;
    }
    batch.rows = rows;
}

bool wants_all(const CsvRowWalk& walk) {
    return walk.wanted.size() == walk.commas_in_row;
}

void find_rows_plain(CsvRowWalk& walk, CsvRowBatch& batch) {
    if (wants_all(walk)) return find_rows_with<PlainSelect, true>(walk, batch);
    find_rows_with<PlainSelect, false>(walk, batch);
}

HONE_AVX2 void find_rows_bmi2(CsvRowWalk& walk, CsvRowBatch& batch) {
    if (wants_all(walk)) return find_rows_with<Bmi2Select, true>(walk, batch);
    find_rows_with<Bmi2Select, false>(walk, batch);
}

}  // namespace

bool is_usable(CsvKernel kernel) {
    if (kernel != CsvKernel::Avx2) return true;
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

CsvKernel best_csv_kernel() {
    return is_usable(CsvKernel::Avx2) ? CsvKernel::Avx2 : CsvKernel::Sse2;
}

void scan_separators(CsvKernel kernel, const char* data, std::size_t words, CsvScan& scan, CsvMasks masks) {
    switch (kernel) {
        case CsvKernel::Scalar:
            return scan_baseline<scalar_word>(data, words, scan, masks);
        case CsvKernel::Sse2:
            return scan_baseline<sse2_word>(data, words, scan, masks);
        case CsvKernel::Avx2:
            return scan_avx2(data, words, scan, masks);
    }
}

void find_rows(CsvKernel kernel, CsvRowWalk& walk, CsvRowBatch& batch) {
    if (kernel == CsvKernel::Avx2) return find_rows_bmi2(walk, batch);
    find_rows_plain(walk, batch);
}

}  // namespace hone
