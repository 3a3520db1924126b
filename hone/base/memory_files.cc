#include <algorithm>
#include <cerrno>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"

namespace hone {
namespace {

/// Key of a path: without ".", ".." and a slash at the end; "" is the working folder, which always exists, as "/" does.
std::string key_of(const Path& path) {
    std::string key = path.lexically_normal().string();
    while (key.size() > 1 && key.back() == '/')
        key.pop_back();
    return key == "." ? "" : key;
}

std::string parent_of(const std::string& key) {
    return Path(key).parent_path().string();
}
bool is_root(const std::string& key) {
    return key.empty() || key == "/";
}

/// What keys of things in `folder` start with.
std::string prefix_of(const std::string& folder) {
    return is_root(folder) ? folder : folder + '/';
}

/// True if `key` lies in `folder` itself, not deeper.
bool is_entry(const std::string& key, const std::string& prefix) {
    const bool is_below = key.size() > prefix.size() && key.starts_with(prefix);
    return is_below && key.find('/', prefix.size()) == std::string::npos;
}

template <class Map>
bool holds_entry(const Map& map, const std::string& prefix) {
    return std::ranges::any_of(map, [&](const auto& item) { return is_entry(item.first, prefix); });
}

/// Gives everything below `from` its name below `to`.
template <class Map>
void move_below(Map& map, const std::string& from, const std::string& to) {
    Map moved;
    for (auto item = map.lower_bound(from); item != map.end() && item->first.starts_with(from);) {
        const auto next = std::next(item);
        auto node = map.extract(item);
        node.key() = to + node.key().substr(from.size());
        moved.insert(std::move(node));
        item = next;
    }
    map.merge(moved);
}

class MemoryInputFile : public InputFile {
public:
    explicit MemoryInputFile(std::shared_ptr<MemoryFiles::Node> node) : node_(std::move(node)) {}

    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
        const std::lock_guard lock(node_->mutex);
        if (offset >= node_->bytes.size()) return 0;
        const auto bytes = as_bytes(node_->bytes).subspan(static_cast<std::size_t>(offset));
        const std::size_t size = std::min(bytes.size(), into.size());
        std::copy_n(bytes.begin(), size, into.begin());
        return size;
    }

    FileIdentity identity() const override {
        const std::lock_guard lock(node_->mutex);
        return node_->identity;
    }

private:
    std::shared_ptr<MemoryFiles::Node> node_;
};

class MemoryOutputFile : public OutputFile {
public:
    MemoryOutputFile(std::shared_ptr<MemoryFiles::Node> node, std::atomic<std::int64_t>& tick_ns)
        : node_(std::move(node)), tick_ns_(tick_ns) {}

    void append(std::span<const std::byte> bytes) override {
        check(!is_finished_, "nothing is appended to a finished file");
        const std::lock_guard lock(node_->mutex);
        // Like a file descriptor, this writes at its own place, whoever else truncated the file meanwhile.
        if (node_->bytes.size() < written_ + bytes.size()) node_->bytes.resize(written_ + bytes.size());
        std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::byte*>(node_->bytes.data()) + written_);
        written_ += bytes.size();
        node_->identity.size = node_->bytes.size();
        node_->identity.mtime_ns = node_->identity.ctime_ns = ++tick_ns_;
    }

    void finish() override {
        check(!is_finished_, "a file is finished once");
        is_finished_ = true;
    }

private:
    std::shared_ptr<MemoryFiles::Node> node_;
    std::atomic<std::int64_t>& tick_ns_;
    std::size_t written_ = 0;
    bool is_finished_ = false;
};

}  // namespace

FileIdentity MemoryFiles::new_identity() {
    const std::int64_t now = ++tick_ns_;
    return {.device = 1, .inode = ++next_inode_, .size = 0, .mtime_ns = now, .ctime_ns = now};
}

bool MemoryFiles::holds_folder(const std::string& key) const {
    return is_root(key) || folders_.contains(key);
}

void MemoryFiles::require_parent(const std::string& key, std::string_view doing) const {
    const std::string parent = parent_of(key);
    if (holds_folder(parent)) return;
    fail_system(nodes_.contains(parent) ? ENOTDIR : ENOENT, doing, key);
}

std::unique_ptr<InputFile> MemoryFiles::open(const Path& path) {
    const std::string key = key_of(path);
    const std::lock_guard lock(mutex_);
    if (holds_folder(key)) fail_system(EISDIR, "open", key);
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) {
        require_parent(key, "open");
        fail_system(ENOENT, "open", key);
    }
    return std::make_unique<MemoryInputFile>(found->second);
}

std::unique_ptr<OutputFile> MemoryFiles::create(const Path& path, bool exclusive) {
    const std::string key = key_of(path);
    const std::lock_guard lock(mutex_);
    require_parent(key, "create");
    const bool has_folder = holds_folder(key);
    std::shared_ptr<Node>& node = nodes_[key];
    if (exclusive && (node || has_folder)) fail_system(EEXIST, "create", key);
    if (has_folder) {
        nodes_.erase(key);
        fail_system(EISDIR, "create", key);
    }
    if (!node) {
        node = std::make_shared<Node>();
        node->identity = new_identity();
    }
    const std::lock_guard node_lock(node->mutex);
    node->bytes.clear();
    node->identity.size = 0;
    node->identity.mtime_ns = node->identity.ctime_ns = ++tick_ns_;
    return std::make_unique<MemoryOutputFile>(node, tick_ns_);
}

std::optional<FileIdentity> MemoryFiles::identity(const Path& path) {
    const std::string key = key_of(path);
    const std::lock_guard lock(mutex_);
    if (is_root(key)) return FileIdentity{.device = 1, .inode = 1};
    if (const auto folder = folders_.find(key); folder != folders_.end()) return folder->second;
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) return std::nullopt;
    const std::lock_guard node_lock(found->second->mutex);
    return found->second->identity;
}

bool MemoryFiles::is_folder(const Path& path) {
    const std::lock_guard lock(mutex_);
    return holds_folder(key_of(path));
}

void MemoryFiles::rename(const Path& from, const Path& to) {
    const std::string old_key = key_of(from);
    const std::string new_key = key_of(to);
    const std::lock_guard lock(mutex_);
    const auto refuse = [&](int error_number) { fail_system(error_number, "rename", cat(old_key, " to ", new_key)); };
    const bool moves_folder = holds_folder(old_key);
    const auto node = nodes_.find(old_key);
    if (!moves_folder && node == nodes_.end()) refuse(ENOENT);
    require_parent(new_key, "rename");
    if (moves_folder) {
        move_folder(old_key, new_key);
        return;
    }
    if (holds_folder(new_key)) refuse(EISDIR);
    if (old_key == new_key) return;
    {
        const std::lock_guard node_lock(node->second->mutex);
        node->second->identity.ctime_ns = ++tick_ns_;
    }
    nodes_[new_key] = node->second;
    nodes_.erase(old_key);
}

void MemoryFiles::move_folder(const std::string& from, const std::string& to) {
    const auto refuse = [&](int error_number) { fail_system(error_number, "rename", cat(from, " to ", to)); };
    if (from == to) return;
    if (nodes_.contains(to)) refuse(ENOTDIR);
    if (is_root(from) || to.starts_with(prefix_of(from))) refuse(EINVAL);
    if (is_root(to) || has_entries(to)) refuse(ENOTEMPTY);
    folders_[to] = folders_.at(from);
    folders_.erase(from);
    move_below(folders_, prefix_of(from), prefix_of(to));
    move_below(nodes_, prefix_of(from), prefix_of(to));
}

bool MemoryFiles::has_entries(const std::string& folder) const {
    const std::string prefix = prefix_of(folder);
    return holds_entry(nodes_, prefix) || holds_entry(folders_, prefix);
}

bool MemoryFiles::remove(const Path& path) {
    const std::string key = key_of(path);
    const std::lock_guard lock(mutex_);
    if (nodes_.erase(key) > 0) return true;
    if (!holds_folder(key)) return false;
    if (is_root(key)) fail_system(EBUSY, "remove", key);
    if (has_entries(key)) fail_system(ENOTEMPTY, "remove", key);
    folders_.erase(key);
    return true;
}

void MemoryFiles::make_folders(const Path& path, bool) {
    const std::string key = key_of(path);
    const std::lock_guard lock(mutex_);
    for (std::size_t end = 0; end < key.size();) {
        end = std::min(key.find('/', end + 1), key.size());
        const std::string folder = key.substr(0, end);
        if (nodes_.contains(folder)) fail_system(folder == key ? EEXIST : ENOTDIR, "make folder", key);
        if (!holds_folder(folder)) folders_.emplace(folder, new_identity());
    }
}

std::vector<FolderEntry> MemoryFiles::list(const Path& path) {
    const std::string key = key_of(path);
    const std::string prefix = prefix_of(key);
    const std::lock_guard lock(mutex_);
    if (nodes_.contains(key)) fail_system(ENOTDIR, "list", key);
    std::vector<FolderEntry> entries;
    for (const auto& [name, identity] : folders_) {
        if (is_entry(name, prefix)) entries.push_back({name.substr(prefix.size()), true, 0, identity.mtime_ns});
    }
    for (const auto& [name, node] : nodes_) {
        if (!is_entry(name, prefix)) continue;
        const std::lock_guard node_lock(node->mutex);
        entries.push_back({name.substr(prefix.size()), false, node->identity.size, node->identity.mtime_ns});
    }
    std::ranges::sort(entries, {}, &FolderEntry::name);
    return entries;
}

bool MemoryFiles::touch(const Path& path, std::int64_t wall_ns) {
    const std::string key = key_of(path);
    const std::lock_guard lock(mutex_);
    if (const auto folder = folders_.find(key); folder != folders_.end()) {
        folder->second.mtime_ns = wall_ns;
        folder->second.ctime_ns = ++tick_ns_;
        return true;
    }
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) return false;
    const std::lock_guard node_lock(found->second->mutex);
    found->second->identity.mtime_ns = wall_ns;
    found->second->identity.ctime_ns = ++tick_ns_;
    return true;
}

std::uint64_t MemoryFiles::free_bytes(const Path& path) {
    const std::string key = key_of(path);
    const std::lock_guard lock(mutex_);
    if (!holds_folder(key) && !nodes_.contains(key)) fail_system(ENOENT, "measure the free space of", key);
    constexpr std::uint64_t kFreeBytes = 1ULL << 40;
    return kFreeBytes;
}

}  // namespace hone
