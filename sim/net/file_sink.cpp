#include "sim/net/file_sink.hpp"

#include "sim/net/output_file.hpp"
#include "sim/net/write_all.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace smtpsim::net {
namespace {

constexpr std::size_t buffered_octets_max = 64UL << 10;

Failure not_empty(const std::string& path) {
    return Failure{path + ": is there already and is not empty; remove it or name another"};
}

Result<int> open_descriptor(const std::string& path, int descriptor) {
    const int file = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (file < 0) return unwritable(path);
    return file;
}

Result<int> make_file(const std::string& path, mode_t mode) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return unwritable(path);
    ::fchmod(file, mode); // whatever the umask
    return file;
}

/// Not truncated: between a look at it and the opening, another program may have written to it.
Result<int> open_empty(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return unwritable(path);
    struct stat status {};
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0) return file;
    ::close(file);
    return not_empty(path);
}

Result<int> open_record(const std::string& path, mode_t mode) {
    if (const auto descriptor = named_descriptor(path)) return open_descriptor(path, *descriptor);
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return make_file(path, mode);
    if (S_ISLNK(status.st_mode))
        return Failure{path + ": is a symbolic link; name the file that it leads to"};
    if (S_ISREG(status.st_mode)) return open_empty(path);
    return open_in_place(path);
}

} // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(const std::string& path, Complain complain,
                                                 mode_t file_mode) {
    const auto file = open_record(path, file_mode);
    if (!file) return file.error();
    return std::make_unique<FileSink>(*file, path == "-" ? "standard output" : path,
                                      std::move(complain));
}

FileSink::FileSink(int file, std::string name, Complain complain)
    : file_(file), name_(std::move(name)), complain_(std::move(complain)) {}

FileSink::~FileSink() {
    flush();
    ::close(file_);
}

void FileSink::write(std::string_view octets) {
    buffer_ += octets;
    if (buffer_.size() >= buffered_octets_max) flush();
}

void FileSink::flush() {
    if (!buffer_.empty() && !failed_ && !write_all(file_, buffer_)) {
        failed_ = true;
        complain_(name_ + ": cannot write, going on without it: " + why());
    }
    buffer_.clear();
}

} // namespace smtpsim::net
