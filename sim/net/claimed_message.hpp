// One message on its way into a folder, under a number that no other server can have.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::net {

class ClaimedMessage {
public:
    /// Claims the number by making its .json.part. Nothing: errno says why, EEXIST where the
    /// number is taken.
    static std::optional<ClaimedMessage> claim(int folder, std::uint64_t number, mode_t file_mode);
    ClaimedMessage(ClaimedMessage&& other) noexcept;
    ClaimedMessage& operator=(ClaimedMessage&&) = delete;
    ~ClaimedMessage();

    /// Puts both files on the disk under their names. False: errno says why, and nothing is left
    /// of the message.
    bool write(std::string_view envelope, std::string_view content);

private:
    ClaimedMessage(int folder, std::uint64_t number, mode_t file_mode, int envelope_part);
    bool write_parts(std::string_view envelope, std::string_view content);
    bool rename_part(std::string_view part_ending, std::string_view ending);
    void remove();

    int folder_;
    std::uint64_t number_;
    mode_t file_mode_;
    int envelope_part_;             // < 0: closed
    std::string_view claim_ending_; // of the file that holds the number
};

} // namespace smtpsim::net
