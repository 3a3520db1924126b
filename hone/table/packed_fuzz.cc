#include "hone/base/error.h"
#include "hone/table/packed_table.h"

/// Bytes are a packed table, which unpacks to one that packs and unpacks to itself, or Fault::Input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hone::Table table;
    try {
        const auto packed = hone::decode_value<hone::PackedTable>({reinterpret_cast<const char*>(data), size});
        if (packed.plain_bytes() > 8192 * (size + 1)) hone::check(false, "a packed table grows within bounds");
        shrink_report(packed);
        table = packed.unpack();
        hone::check(table.rows() == packed.rows(), "a packed table knows its rows");
        const std::size_t middle = table.rows() / 2;
        hone::check(packed.rows(middle, table.rows()).rows() == table.rows() - middle, "any rows can be read");
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "damaged bytes are Fault::Input");
        return 0;
    }
    const hone::PackedTable again = shrink(table);
    hone::check(are_identical(again.unpack(), table), "a table unpacks as it was packed");
    const std::string bytes = encode_value(again);
    hone::check(encode_value(hone::decode_value<hone::PackedTable>(bytes)) == bytes, "a packed table reads back");
    return 0;
}
