// What a server's sessions share: the ids it gives out and the room left in its mailboxes.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"
#include "smtp/server_settings.hpp"
#include "smtp/stage.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

class ServerState { // any thread
public:
    ServerState(const ServerSettings& settings, std::uint64_t seed);

    std::string next_id(Tick now);
    /// For a challenge: visible ASCII without a comma, another one every time.
    std::string next_nonce(Tick now);

    enum class Answer : std::uint8_t { accepted, unknown, full };
    /// May `octets` more go to `mailbox`, as far as is noticed at `stage` (rcpt or message)?
    /// Without server.mailboxes: always.
    Answer ask(std::string_view mailbox, std::uint64_t octets, Stage stage);
    /// Is there storage for `octets` more? Without server.storage: always.
    bool has_room(std::uint64_t octets);
    /// Counts one more MAIL of this client; true: it exceeds limits.rate.
    bool too_fast(std::string_view client, Tick now);
    /// Has this attempt still to wait? The first one of its key begins the wait.
    bool is_greylisted(std::string_view client, std::string_view sender, std::string_view recipient,
                       Tick now);
    /// The message is kept: it takes up room from now on.
    void deliver(std::span<const std::string> mailboxes, std::uint64_t octets);

private:
    const MailboxRule* rule_for(std::string_view mailbox) const;

    const ServerSettings& settings_;
    std::mutex mutex_;
    Rng dice_, nonce_dice_;
    std::uint64_t ids_ = 0;
    std::uint64_t run_number_;
    std::map<std::string, std::uint64_t, std::less<>> delivered_octets_; // by mailbox, lower case
    std::uint64_t stored_octets_ = 0;                                    // of all mailboxes
    std::map<std::string, std::deque<Tick>, std::less<>> mails_; // by client, those in the window
    std::map<std::string, Tick, std::less<>> first_attempts_;    // by greylist key
};

} // namespace smtpsim::smtp
