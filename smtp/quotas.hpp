// Mailboxes and the room left in them: `server.mailboxes` and `server.storage`.
// Must not know messages: it counts octets. Nothing is ever taken out of a mailbox.
#pragma once

#include "core/first_match.hpp"
#include "core/pattern.hpp"
#include "smtp/stage.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

struct MailboxRule {
    Pattern address;
    std::optional<std::uint64_t> quota_octets; // none: room for everything
    std::uint64_t used_octets = 0;             // at the start
    bool at_rcpt = true, at_message = true;    // where a lack of room is noticed
};

/// Room for all mailboxes together, and when it is looked at.
struct StorageRule {
    std::uint64_t octets, used_octets;
    bool at_mail, at_rcpt, at_data, at_message;
};

class Quotas { // any thread
public:
    /// All outlive it. `rules`: the first that matches a mailbox counts. `hostname`: the domain of
    /// mailboxes that are written without one.
    Quotas(const std::vector<MailboxRule>& rules, const std::optional<StorageRule>& storage,
           std::string_view hostname);

    enum class Answer : std::uint8_t { accepted, unknown, full };
    /// May `octets` more go to `mailbox`, as far as is noticed at `stage` (rcpt or message)?
    /// Without rules: always. A pattern's quota is each mailbox's own; case is ignored.
    Answer ask(std::string_view mailbox, std::uint64_t octets, Stage stage);
    /// Is there storage for `octets` more? Without a rule: always.
    bool has_room(std::uint64_t octets);
    /// A message of `octets` was kept: it takes up room in each of `mailboxes`, and once in the
    /// storage.
    void deliver(std::span<const std::string> mailboxes, std::uint64_t octets);

    /// Deliveries to more mailboxes than this are not counted, so that clients cannot make a
    /// server remember names without end. Chosen, not measured.
    static constexpr std::size_t mailboxes_max = 100'000;

private:
    const MailboxRule* rule_for(std::string_view mailbox) const;

    const std::vector<MailboxRule>& rules_;
    FirstMatch first_rule_;
    const std::optional<StorageRule>& storage_;
    std::string_view hostname_;
    std::mutex mutex_;
    std::map<std::string, std::uint64_t, std::less<>> delivered_octets_; // by mailbox, lower case
    std::uint64_t stored_octets_ = 0;                                    // of all mailboxes
};

} // namespace smtpsim::smtp
