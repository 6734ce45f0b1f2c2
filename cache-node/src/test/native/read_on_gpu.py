"""Another process on the host reads a value where it lies on the GPU: read_on_gpu.py RESP_SOCKET MEMORY_SOCKET KEY

Leases it (KVP.GPULEASE), gets each allocation's file descriptor over the memory socket, imports it through CUDA's driver API
(or its stand-in, whichever libcuda.so.1 is found), copies the value to its own host memory, compares its CRC-32 and releases
the lease. Prints the device's name, the size and the checksum, its pid and its ipc namespace.
"""

import ctypes
import os
import socket
import sys
import zlib

cuda = ctypes.CDLL("libcuda.so.1")
FILE_DESCRIPTOR, READ_AND_WRITE, NOT_READY = 1, 3, 600


def call(name, *arguments):
    code = getattr(cuda, name)(*arguments)
    if code != 0:
        sys.exit(f"{name} answered {code}")


def new(name, kind, *arguments):
    made = kind()
    call(name, ctypes.byref(made), *arguments)
    return made


class Resp:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def ask(self, *words):
        words = [word.encode() if isinstance(word, str) else word for word in words]
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
        return self.answer()

    def answer(self):
        line = self.file.readline().rstrip()
        kind, rest = line[:1], line[1:]
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.answer() for _ in range(int(rest))]
        sys.exit(f"the node answered {line.decode()}")


def passed(path, token):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(path)
        connection.sendall(token)
        word, files, _, _ = socket.recv_fds(connection, 1, 1)
        if word != b"Y":
            sys.exit("the node gives no such file")
        return files[0]


def mapped(file, size, device):
    handle = new("cuMemImportFromShareableHandle", ctypes.c_uint64, ctypes.c_void_p(file), FILE_DESCRIPTOR)
    os.close(file)
    address = new("cuMemAddressReserve", ctypes.c_uint64, ctypes.c_size_t(size), ctypes.c_size_t(0), ctypes.c_uint64(0),
                  ctypes.c_uint64(0))
    call("cuMemMap", address, ctypes.c_size_t(size), ctypes.c_size_t(0), handle, ctypes.c_uint64(0))
    # CUmemAccessDesc: a location (a device, its number) and what may be done.
    access = (ctypes.c_int * 3)(1, device.value, READ_AND_WRITE)
    call("cuMemSetAccess", address, ctypes.c_size_t(size), access, ctypes.c_size_t(1))
    return address.value


resp_socket, memory_socket, key = sys.argv[1:]
call("cuInit", 0)
device = new("cuDeviceGet", ctypes.c_int, 0)
name = ctypes.create_string_buffer(256)
call("cuDeviceGetName", name, 256, device)
context = new("cuCtxCreate_v2", ctypes.c_void_p, 0, device)
stream = new("cuStreamCreate", ctypes.c_void_p, 1)
event = new("cuEventCreate", ctypes.c_void_p, 2)

node = Resp(resp_socket)
lease = node.ask("KVP.GPULEASE", key)
if lease is None:
    sys.exit("the node has no such value on its GPU")
number, size, checksum, parts, uuid = lease
host = new("cuMemAllocHost_v2", ctypes.c_void_p, ctypes.c_size_t(max(size, 1)))
bases, done = {}, 0
for file, token, file_bytes, offset, length in parts:
    if file not in bases:
        bases[file] = mapped(passed(memory_socket, token), file_bytes, device)
    call("cuMemcpyDtoHAsync_v2", ctypes.c_void_p(host.value + done), ctypes.c_uint64(bases[file] + offset),
         ctypes.c_size_t(length), stream)
    done += length
call("cuEventRecord", event, stream)
while (state := cuda.cuEventQuery(event)) == NOT_READY:
    pass
if state != 0:
    sys.exit(f"cuEventQuery answered {state}")
found = zlib.crc32((ctypes.c_char * size).from_address(host.value)) if size else 0
if done != size or found != checksum:
    sys.exit(f"{done} bytes with checksum {found}, told were {size} with {checksum}")
if node.ask("KVP.GPURELEASE", str(number)) != 1:
    sys.exit("the lease was not to be released")
print(name.value.decode(), uuid.decode(), size, found, os.getpid(), os.readlink("/proc/self/ns/ipc"), sep="\n")
