#include "sim/net/file_sink.hpp"

#include "sim/net/write_all.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace smtpsim::net {
namespace {

constexpr std::size_t buffered_octets_max = 64UL << 10;

} // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(const std::string& path, Complain complain) {
    if (path == "-")
        return std::make_unique<FileSink>(::dup(STDOUT_FILENO), "standard output",
                                          std::move(complain));
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return Failure{path + ": cannot write: " + why()};
    return std::make_unique<FileSink>(file, path, std::move(complain));
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
