// The messages that a server keeps, as files.
#pragma once

#include "core/problem.hpp"
#include "sim/journal/journal.hpp"
#include "sim/net/complain.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace smtpsim::net {

/// A folder with NNNNNN.eml (the content, octet for octet) and NNNNNN.json (the envelope) for each
/// message. Both are on the disk before keep() returns; the .json is there before the .eml.
class MessageFolder : public journal::MessageStore {
public:
    /// Makes the folder where it is missing; goes on counting after the messages in it.
    /// Errors: it cannot be made or written.
    static Result<std::unique_ptr<MessageFolder>> open(const std::string& path, Complain complain);
    MessageFolder(int folder, std::string path, std::uint64_t kept, Complain complain);
    ~MessageFolder() override;
    MessageFolder(const MessageFolder&) = delete;
    MessageFolder& operator=(const MessageFolder&) = delete;

    Result<void> keep(const journal::Message& message, std::uint64_t session, Tick at) override;

private:
    int folder_;
    std::string path_;
    std::atomic<std::uint64_t> kept_;
    Complain complain_;
};

} // namespace smtpsim::net
