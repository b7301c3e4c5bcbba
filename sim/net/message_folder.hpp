// The messages that a server keeps, as files.
#pragma once

#include "core/problem.hpp"
#include "sim/journal/journal.hpp"
#include "sim/net/complain.hpp"
#include "sim/net/file_mode.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace smtpsim::net {

class SharedFolder;

/// A folder with NNNNNN.eml (the content, octet for octet) and NNNNNN.json (the envelope) for each
/// message. Both are on the disk before keep() returns; the .json is there before the .eml. Other
/// servers may use the folder at the same time: who makes NNNNNN.json.part owns the number.
class MessageFolder : public journal::MessageStore {
public:
    /// Makes the folder where it is missing; goes on counting after the messages in it. Where no
    /// other server uses it, removes what one that was killed has left, and complains of it.
    /// Errors: it cannot be made or written.
    static Result<std::unique_ptr<MessageFolder>> open(const std::string& path, Complain complain,
                                                       mode_t file_mode = private_file_mode);
    MessageFolder(std::string path, Complain complain, mode_t file_mode)
        : path_(std::move(path)), complain_(std::move(complain)), file_mode_(file_mode) {}

    Result<void> keep(const journal::Message& message, std::uint64_t session, Tick at) override;

private:
    Result<std::shared_ptr<SharedFolder>> open_folder();
    Result<std::shared_ptr<SharedFolder>> reopened(const std::shared_ptr<SharedFolder>& gone);
    Result<void> try_to_keep(std::string_view envelope, std::string_view content);

    const std::string path_;
    const Complain complain_;
    const mode_t file_mode_;
    std::atomic<std::uint64_t> highest_ = 0;
    std::mutex mutex_;
    std::shared_ptr<SharedFolder> folder_; // guarded by mutex_
};

} // namespace smtpsim::net
