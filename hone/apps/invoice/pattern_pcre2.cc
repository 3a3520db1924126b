#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "hone/apps/invoice/pattern_engine.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::uint32_t kMatchLimit = 1'000'000;
constexpr std::uint32_t kHeapLimitKib = 16 * 1024;

struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
    void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

class Pcre2Engine : public PatternEngine {
public:
    Pcre2Engine(pcre2_code* code, std::size_t groups)
        : code_(code), context_(pcre2_match_context_create(nullptr)), groups_(groups) {
        pcre2_set_match_limit(context_.get(), kMatchLimit);
        pcre2_set_heap_limit(context_.get(), kHeapLimitKib);
    }

    MatchOutcome match(std::string_view text, std::size_t from, bool not_empty_at_from,
                       std::vector<Span>& spans) const override {
        const std::unique_ptr<pcre2_match_data, Free> data(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
        // The text was checked by the search that began at its start.
        const std::uint32_t options =
            (not_empty_at_from ? PCRE2_NOTEMPTY_ATSTART : 0U) | (from > 0 ? PCRE2_NO_UTF_CHECK : 0U);
        const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data() == nullptr ? "" : text.data());
        int result = pcre2_match(code_.get(), subject, text.size(), from, options, data.get(), context_.get());
        if (result == PCRE2_ERROR_JIT_STACKLIMIT)
            result = pcre2_match(code_.get(), subject, text.size(), from, options | PCRE2_NO_JIT, data.get(),
                                 context_.get());
        if (result == PCRE2_ERROR_NOMATCH) return MatchOutcome::None;
        if (result < 0) return MatchOutcome::Limit;
        const PCRE2_SIZE* places = pcre2_get_ovector_pointer(data.get());
        spans.assign(groups_, Span{});
        for (std::size_t group = 0; group < groups_ && group < static_cast<std::size_t>(result); ++group)
            if (places[2 * group] != PCRE2_UNSET) spans[group] = {places[2 * group], places[2 * group + 1]};
        return MatchOutcome::Found;
    }

private:
    std::unique_ptr<pcre2_code, Free> code_;
    std::unique_ptr<pcre2_match_context, Free> context_;
    std::size_t groups_;
};

}  // namespace

std::unique_ptr<PatternEngine> make_pcre2_engine(const Translation& translation, std::string& error) {
    const std::unique_ptr<pcre2_compile_context, Free> context(pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int number = 0;
    PCRE2_SIZE offset = 0;
    const auto* pattern = reinterpret_cast<PCRE2_SPTR>(translation.pcre2.c_str());
    // In Python a line begins behind every newline, the last one too.
    constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_ALT_CIRCUMFLEX;
    pcre2_code* code = pcre2_compile(pattern, translation.pcre2.size(), kOptions, &number, &offset, context.get());
    if (code == nullptr) {
        PCRE2_UCHAR message[256];
        pcre2_get_error_message(number, message, sizeof message);
        error = cat(reinterpret_cast<const char*>(message));
        return nullptr;
    }
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // without it matching is slower, and as right
    return std::make_unique<Pcre2Engine>(code, translation.names.size());
}

}  // namespace hone::invoice
