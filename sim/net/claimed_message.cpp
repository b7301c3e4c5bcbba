#include "sim/net/claimed_message.hpp"

#include "sim/net/message_files.hpp"
#include "sim/net/write_all.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace smtpsim::net {
namespace {

bool is_there(int folder, const std::string& name) {
    struct stat status {};
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

bool write_durably(int file, std::string_view octets) {
    return write_all(file, octets) && ::fsync(file) == 0;
}

} // namespace

std::optional<ClaimedMessage> ClaimedMessage::claim(int folder, std::uint64_t number,
                                                    mode_t file_mode) {
    const std::string part = message_file(number, envelope_part_ending);
    const int file = ::openat(folder, part.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode);
    if (file < 0) return std::nullopt;
    // Only now: before, the owner of the part could have been about to rename it.
    if (is_there(folder, message_file(number, envelope_ending)) ||
        is_there(folder, message_file(number, content_ending))) {
        ::close(file);
        ::unlinkat(folder, part.c_str(), 0);
        errno = EEXIST;
        return std::nullopt;
    }
    ::fchmod(file, file_mode); // whatever the umask
    return ClaimedMessage{folder, number, file_mode, file};
}

ClaimedMessage::ClaimedMessage(int folder, std::uint64_t number, mode_t file_mode,
                               int envelope_part)
    : folder_(folder), number_(number), file_mode_(file_mode), envelope_part_(envelope_part),
      claim_ending_(envelope_part_ending) {}

ClaimedMessage::ClaimedMessage(ClaimedMessage&& other) noexcept
    : folder_(other.folder_), number_(other.number_), file_mode_(other.file_mode_),
      envelope_part_(std::exchange(other.envelope_part_, -1)), claim_ending_(other.claim_ending_) {}

ClaimedMessage::~ClaimedMessage() {
    if (envelope_part_ >= 0) ::close(envelope_part_);
}

bool ClaimedMessage::write(std::string_view envelope, std::string_view content) {
    if (write_parts(envelope, content) && rename_part(envelope_part_ending, envelope_ending)) {
        claim_ending_ = envelope_ending;
        if (rename_part(content_part_ending, content_ending) && ::fsync(folder_) == 0) return true;
    }
    const int reason = errno;
    remove();
    errno = reason;
    return false;
}

bool ClaimedMessage::write_parts(std::string_view envelope, std::string_view content) {
    if (!write_durably(envelope_part_, envelope) || ::close(std::exchange(envelope_part_, -1)) != 0)
        return false;
    // One that is there was left by a server that was killed: the number is ours.
    const int file = ::openat(folder_, message_file(number_, content_part_ending).c_str(),
                              O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, file_mode_);
    if (file < 0) return false;
    ::fchmod(file, file_mode_);
    const bool written = write_durably(file, content);
    const int reason = errno;
    const bool closed = ::close(file) == 0;
    if (!written) errno = reason;
    return written && closed;
}

bool ClaimedMessage::rename_part(std::string_view part_ending, std::string_view ending) {
    return ::renameat(folder_, message_file(number_, part_ending).c_str(), folder_,
                      message_file(number_, ending).c_str()) == 0;
}

/// The envelope last: with it the number is given back. A part of its name that is there after it
/// was renamed is another server's.
void ClaimedMessage::remove() {
    for (const std::string_view ending : {content_part_ending, content_ending, claim_ending_})
        ::unlinkat(folder_, message_file(number_, ending).c_str(), 0);
}

} // namespace smtpsim::net
