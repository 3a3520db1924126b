#include <utility>

#include "hone/base/error.h"
#include "hone/base/files.h"

namespace hone {
namespace {

class FailingInputFile : public InputFile {
public:
    FailingInputFile(std::unique_ptr<InputFile> inner, FailingFiles::Decide fails, Path path)
        : inner_(std::move(inner)), fails_(std::move(fails)), path_(std::move(path)) {}

    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
        if (const int error_number = fails_("read", path_)) fail_system(error_number, "read", path_.string());
        return inner_->read_at(offset, into);
    }
    FileIdentity identity() const override { return inner_->identity(); }

private:
    std::unique_ptr<InputFile> inner_;
    FailingFiles::Decide fails_;
    Path path_;
};

class FailingOutputFile : public OutputFile {
public:
    FailingOutputFile(std::unique_ptr<OutputFile> inner, FailingFiles::Decide fails, Path path)
        : inner_(std::move(inner)), fails_(std::move(fails)), path_(std::move(path)) {}

    void append(std::span<const std::byte> bytes) override {
        decide("append");
        inner_->append(bytes);
    }
    void finish() override {
        decide("finish");
        inner_->finish();
    }

private:
    void decide(std::string_view operation) {
        if (const int error_number = fails_(operation, path_)) fail_system(error_number, "write", path_.string());
    }

    std::unique_ptr<OutputFile> inner_;
    FailingFiles::Decide fails_;
    Path path_;
};

}  // namespace

void FailingFiles::decide(std::string_view operation, std::string_view doing, const Path& path) {
    if (const int error_number = fails_(operation, path)) fail_system(error_number, doing, path.string());
}

std::unique_ptr<InputFile> FailingFiles::open(const Path& path) {
    decide("open", "open", path);
    return std::make_unique<FailingInputFile>(inner_.open(path), fails_, path);
}

std::unique_ptr<OutputFile> FailingFiles::create(const Path& path, bool exclusive) {
    decide("create", "create", path);
    return std::make_unique<FailingOutputFile>(inner_.create(path, exclusive), fails_, path);
}

std::optional<FileIdentity> FailingFiles::identity(const Path& path) {
    return inner_.identity(path);
}
bool FailingFiles::is_folder(const Path& path) {
    return inner_.is_folder(path);
}

void FailingFiles::rename(const Path& from, const Path& to) {
    decide("rename", "rename", from);
    inner_.rename(from, to);
}

bool FailingFiles::remove(const Path& path) {
    decide("remove", "remove", path);
    return inner_.remove(path);
}

void FailingFiles::make_folders(const Path& path, bool is_private) {
    decide("make_folders", "make folder", path);
    inner_.make_folders(path, is_private);
}

std::vector<FolderEntry> FailingFiles::list(const Path& path) {
    decide("list", "list", path);
    return inner_.list(path);
}

bool FailingFiles::touch(const Path& path, std::int64_t wall_ns) {
    return fails_("touch", path) == 0 && inner_.touch(path, wall_ns);
}

std::uint64_t FailingFiles::free_bytes(const Path& path) {
    return inner_.free_bytes(path);
}

}  // namespace hone
