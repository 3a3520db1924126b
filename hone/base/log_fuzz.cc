#include "hone/base/log.h"

#include <cstddef>
#include <span>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"

namespace {

/// Keeps what is written.
class Sheet final : public hone::OutputFile {
public:
    explicit Sheet(std::string& text) : text_(text) {}
    void append(std::span<const std::byte> bytes) override {
        text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    void finish() override {}

private:
    std::string& text_;
};

}  // namespace

/// Any bytes may be said: a record is one line that reads back. An id that is taken reads back from its digits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto id = CorrelationId::parse(text))
        check(!id->is_none() && CorrelationId::parse(id->hex()) == id, "an id reads back");

    std::string written;
    {
        Log log(std::make_unique<Sheet>(written), {.level = LogLevel::Debug});
        const Logger logger(&log, {1, 2}, text);
        logger.with("scope", text).debug(text, {{"value", text}, {"size", size}});
    }
    check(written.ends_with('\n') && written.find('\n') == written.size() - 1, "a record is one line");
    const Json record = Json::parse(written);
    check(record.at("name").text() == valid_utf8(text), "a name reads back");
    check(record.at("value") == record.at("message") && record.at("scope") == record.at("message"), "texts are equal");
    if (size <= 4096) check(record.at("message").text() == valid_utf8(text), "a message reads back");
    return 0;
}
