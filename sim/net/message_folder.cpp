#include "sim/net/message_folder.hpp"

#include "sim/journal/message_text.hpp"
#include "sim/net/write_all.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

namespace smtpsim::net {
namespace {

constexpr std::size_t number_width = 6;

/// Under another name first, so that a reader who sees the name sees all of it.
bool write_durably(int folder, const std::string& name, std::string_view octets) {
    const std::string part = name + ".part";
    const int file = ::openat(folder, part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return false;
    const bool written = write_all(file, octets) && ::fsync(file) == 0;
    const int failure = errno;
    const bool closed = ::close(file) == 0;
    if (written && closed && ::renameat(folder, part.c_str(), folder, name.c_str()) == 0)
        return true;
    if (!written) errno = failure;
    const int reason = errno;
    ::unlinkat(folder, part.c_str(), 0);
    errno = reason;
    return false;
}

std::string numbered(std::uint64_t number, std::string_view ending) {
    std::string name = std::to_string(number);
    name.insert(0, number_width - std::min(number_width, name.size()), '0');
    return name + std::string(ending);
}

std::uint64_t highest_number(const std::string& path) {
    std::uint64_t highest = 0;
    DIR* const folder = ::opendir(path.c_str());
    if (folder == nullptr) return highest;
    while (const dirent* const entry = ::readdir(folder)) {
        const std::string_view name = entry->d_name;
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error == std::errc{} && *end == '.') highest = std::max(highest, number);
    }
    ::closedir(folder);
    return highest;
}

} // namespace

Result<std::unique_ptr<MessageFolder>> MessageFolder::open(const std::string& path,
                                                           Complain complain) {
    if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
        return Failure{path + ": cannot make the folder: " + why()};
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return Failure{path + ": cannot open the folder: " + why()};
    auto kept =
        std::make_unique<MessageFolder>(folder, path, highest_number(path), std::move(complain));
    const std::string probe = ".smtpsim-" + std::to_string(::getpid());
    if (!write_durably(folder, probe, "")) return Failure{path + ": cannot write: " + why()};
    ::unlinkat(folder, probe.c_str(), 0);
    return kept;
}

MessageFolder::MessageFolder(int folder, std::string path, std::uint64_t kept, Complain complain)
    : folder_(folder), path_(std::move(path)), kept_(kept), complain_(std::move(complain)) {}

MessageFolder::~MessageFolder() { ::close(folder_); }

Result<void> MessageFolder::keep(const journal::Message& message, std::uint64_t session, Tick at) {
    const std::uint64_t number = ++kept_;
    const std::string envelope = numbered(number, ".json");
    if (write_durably(folder_, envelope, journal::message_json(message, session, at))) {
        if (write_durably(folder_, numbered(number, ".eml"), message.content) &&
            ::fsync(folder_) == 0)
            return {};
        const int reason = errno;
        ::unlinkat(folder_, envelope.c_str(), 0);
        errno = reason;
    }
    Failure failure{path_ + ": cannot keep a message, answering 452: " + why()};
    complain_(failure.what);
    return failure;
}

} // namespace smtpsim::net
