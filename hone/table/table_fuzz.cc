#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/encodings.h"
#include "hone/table/table.h"

namespace {

/// Any table must have its text forms.
void print(const hone::Table& table) {
    to_csv(table);
    to_ndjson(table);
    const hone::Json rows = hone::Json::parse(to_json_rows(table));
    hone::check(rows.items().size() == table.rows(), "JSON has an object for each row");
    hone::check(hone::is_utf8(to_terminal(table, {.width = 30, .most_rows = 5})), "a terminal gets UTF-8");
}

}  // namespace

/// Bytes are a table that encodes and decodes to itself, or Fault::Input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hone::Table table;
    try {
        table = hone::decode_value<hone::Table>({reinterpret_cast<const char*>(data), size});
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "damaged bytes are Fault::Input");
        return 0;
    }
    // By bytes, since nan is not equal to itself.
    const std::string bytes = encode_value(table);
    hone::check(encode_value(hone::decode_value<hone::Table>(bytes)) == bytes, "a table reads back as it was written");
    hone::check(table.columns() > 0 || table.rows() == 0, "a table without columns has no rows");
    print(table);
    return 0;
}
