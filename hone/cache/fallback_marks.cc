#include "hone/cache/fallback_marks.h"

#include <system_error>

namespace hone {

void FallbackMarks::mark(std::string_view kind, std::string_view reason) {
    if (trace_ == nullptr) return;
    {
        const std::lock_guard lock(mutex_);
        if (!marked_.emplace(kind).second) return;
    }
    trace_->mark("fallback", name_, reason);
}

void FallbackMarks::failed(std::string_view doing, const Error& error) {
    if (error.fault() == Fault::Bug || error.fault() == Fault::Cancelled) throw error;
    const std::string& message = error.message();
    const std::size_t words = message.rfind(": ");
    const std::string_view kind = std::string_view(message).substr(words == std::string::npos ? 0 : words);
    mark(cat(doing, kind), cat(doing, ": ", message));
}

bool is_caused_by(const Error& error, int error_number) {
    return error.message().ends_with(cat(": ", std::generic_category().message(error_number)));
}

}  // namespace hone
