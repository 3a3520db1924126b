#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

/// A file of streams in one file, as Excel 97 wrote them ([MS-CFB], OLE2). Reads from memory; every chain of sectors
/// is followed at most once around, so damaged files end. Thread-safe after construction.
class CompoundFile {
public:
    /// Reads the tables. Fault::Input if they are damaged. `bytes` must outlive the object.
    explicit CompoundFile(std::string_view bytes);

    bool has(std::string_view name) const;
    /// The bytes of a stream, at most as many as the file has. Fault::Input if there is none or its chain is damaged.
    std::string read(std::string_view name) const;

private:
    struct Entry {
        std::string name;  ///< in ASCII; other letters are '?'
        bool is_stream = false;
        std::uint32_t start = 0;
        std::uint64_t size = 0;
    };
    const Entry* find(std::string_view name) const;
    std::string_view sector(std::uint32_t number) const;
    std::string chain(std::uint32_t start) const;
    void read_sector_table();
    void read_entries(std::string_view folder);

    std::string_view bytes_;
    std::size_t sector_bytes_ = 512;
    std::vector<std::uint32_t> next_;       ///< of each sector
    std::vector<std::uint32_t> next_mini_;  ///< of each small sector of 64 bytes
    std::string mini_;                      ///< the small sectors
    std::vector<Entry> entries_;
};

}  // namespace hone
