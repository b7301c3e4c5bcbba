// A descriptor that is closed.
#pragma once

#include <unistd.h>

namespace smtpsim::run {

class File {
public:
    explicit File(int file = -1) : file_(file) {}
    ~File() { close(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return file_; }
    void close() {
        if (file_ >= 0) ::close(file_);
        file_ = -1;
    }

private:
    int file_;
};

} // namespace smtpsim::run
