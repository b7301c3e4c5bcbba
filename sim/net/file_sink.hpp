// Where a view of the Journal writes: a file, or standard output.
#pragma once

#include "core/problem.hpp"
#include "sim/journal/journal.hpp"
#include "sim/net/complain.hpp"
#include "sim/net/file_mode.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace smtpsim::net {

/// A new file, or what a path names as in output_file.hpp. Writes whole buffers; complains once
/// when it cannot.
class FileSink : public journal::Sink {
public:
    /// Errors: the file cannot be opened; it is not empty, so that it may be an earlier record; it
    /// is a symbolic link, so that another file would be meant than the one that is named.
    static Result<std::unique_ptr<FileSink>> open(const std::string& path, Complain complain,
                                                  mode_t file_mode = private_file_mode);
    FileSink(int file, std::string name, Complain complain);
    ~FileSink() override;
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;

    void write(std::string_view octets) override;
    void flush() override;

private:
    int file_;
    std::string name_, buffer_;
    Complain complain_;
    bool failed_ = false;
};

} // namespace smtpsim::net
