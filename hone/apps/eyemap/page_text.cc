#include "hone/apps/eyemap/page_text.h"

#include "hone/apps/eyemap/markup.h"

#include "hone/base/text.h"

namespace hone {
std::string_view embedded_eyemap_page_style();
}  // namespace hone

namespace hone::eyemap {

std::string page_head(std::string_view title, std::string_view style) {
    const std::string safe = markup_text(title);
    return cat(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; img-src data:\">\n<title>",
        safe, "</title>\n<style>\n", embedded_eyemap_page_style(), style, "</style>\n</head>\n<body>\n");
}

std::string script_safe_json(const Json& data) {
    std::string text = data.dump(0);
    std::size_t extra = 0;
    for (const char letter : text)
        extra += letter == '<' || letter == '>' ? 5 : 0;
    if (extra == 0) return text;
    std::string out;
    out.reserve(text.size() + extra);
    for (const char letter : text) {
        if (letter == '<')
            out += "\\u003c";
        else if (letter == '>')
            out += "\\u003e";
        else
            out.push_back(letter);
    }
    return out;
}

std::string page_end(const Json& data, std::string_view script) {
    return cat("</main>\n<script type=\"application/json\" id=\"data\">", script_safe_json(data),
               "</script>\n<script>\n(() => {\n\"use strict\";\n", script, "})();\n</script>\n</body>\n</html>\n");
}

}  // namespace hone::eyemap
