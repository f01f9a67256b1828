using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The system calls that a step does not have: a program of seccomp(2), which the kernel runs before each call. What namespaces and
/// missing capabilities refuse anyway is not in it. Why each is refused: docs/adr/0005-what-the-system-call-filter-refuses.md.
/// </summary>
internal static class SystemCallFilter
{
    // Where struct seccomp_data has what is asked for. Arguments of 64 bits count by their lower half: the kernel takes an int of
    // these here, and drops the upper one (which a comparison of all 64 would let through: flatpak, CVE-2019-10063).
    private const uint Number = 0;
    private const uint Abi = 4;
    private const uint FirstArgument = 16;
    private const uint SecondArgument = 24;

    // linux/seccomp.h
    private const uint Allow = 0x7fff0000;
    private const uint Refuse = 0x00050000;
    private const uint KillProcess = 0x80000000;

    /// <summary>The bit of numbers of the x32 ABI, which is no longer in use; they would pass by the comparisons.</summary>
    private const uint X32 = 0x40000000;
    private const uint TerminalInput = 0x5412;
    private const uint TerminalSelection = 0x541c;
    private const uint CreateSocket = 1;

    /// <summary>AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: the families that network namespaces divide, and that builds use.</summary>
    private static readonly ImmutableArray<uint> s_families = [0, 1, 2, 10, 16];

    private static readonly Numbers s_x64 = new(0xc000003e, Keys: [248, 249, 250], Refused: [103, 298, 321, 323, 425], Control: 16, Socket: 41) { HasX32 = true };
    private static readonly Numbers s_x86 = new(0x40000003, Keys: [286, 287, 288], Refused: [103, 336, 357, 374, 425], Control: 54, Socket: 359) { SocketCall = 102 };
    private static readonly Numbers s_arm64 = new(0xc00000b7, Keys: [217, 218, 219], Refused: [116, 241, 280, 282, 425], Control: 29, Socket: 198);
    private static readonly Numbers s_arm = new(0x40000028, Keys: [309, 310, 311], Refused: [103, 364, 386, 388, 425], Control: 54, Socket: 281);

    private static readonly (ImmutableArray<byte> X86, ImmutableArray<byte> Arm) s_programs = (Program(s_x64, s_x86), Program(s_arm64, s_arm));

    /// <summary>
    /// The filter as bwrap reads it, or null on architectures for which there is none. One program covers both ways into a kernel: that
    /// of the machine's own programs and that of 32-bit ones.
    /// </summary>
    public static ImmutableArray<byte>? For(Architecture architecture) => architecture switch
    {
        Architecture.X64 or Architecture.X86 => s_programs.X86,
        Architecture.Arm64 or Architecture.Arm => s_programs.Arm,
        _ => null,
    };

    /// <summary>A kernel knows no more ABIs than these; what would come in by another could not be judged.</summary>
    private static ImmutableArray<byte> Program(params IEnumerable<Numbers> abis)
    {
        Instruction[] program = [Load(Abi), .. abis.SelectMany(static abi => If(abi.Audit, Section(abi))), Return(KillProcess)];
        return [.. program.SelectMany(Encode)];
    }

    private static Instruction[] Section(Numbers abi) =>
    [
        Load(Number),
        .. abi.HasX32 ? [new(0x35, 0, 1, X32), Error(Errno.NoSuchCall)] : Array.Empty<Instruction>(),
        .. abi.Keys.SelectMany(static call => If(call, [Error(Errno.NoSuchCall)])),
        .. abi.Refused.SelectMany(static call => If(call, [Error(Errno.NotPermitted)])),
        .. If(abi.Control, [Load(SecondArgument), .. If(TerminalInput, [Error(Errno.NotPermitted)]), .. If(TerminalSelection, [Error(Errno.NotPermitted)]), Return(Allow)]),
        .. If(abi.Socket, [Load(FirstArgument), .. s_families.SelectMany(static family => If(family, [Return(Allow)])), Error(Errno.NoSuchFamily)]),

        // Its arguments are in memory, where a filter does not see them.
        .. abi.SocketCall is { } call ? If(call, [Load(FirstArgument), .. If(CreateSocket, [Error(Errno.NoSuchFamily)]), Return(Allow)]) : [],
        Return(Allow),
    ];

    private static Instruction Load(uint offset) => new(0x20, 0, 0, offset);

    private static Instruction Return(uint action) => new(0x06, 0, 0, action);

    private static Instruction Error(int number) => Return(Refuse | (uint)number);

    /// <summary>Runs the body if what was loaded has this value, else what comes after it.</summary>
    private static Instruction[] If(uint value, Instruction[] body) => [new(0x15, 0, checked((byte)body.Length), value), .. body];

    private static byte[] Encode(Instruction instruction)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, instruction.Code);
        (bytes[2], bytes[3]) = (instruction.IfTrue, instruction.IfFalse);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), instruction.Operand);
        return bytes;
    }

    /// <summary><c>struct sock_filter</c> of linux/filter.h; jumps count the instructions that are passed over.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);

    /// <summary>An ABI's numbers (asm/unistd.h).</summary>
    /// <param name="Audit">The kernel's name for the ABI (linux/audit.h).</param>
    /// <param name="Keys">add_key, request_key, keyctl.</param>
    /// <param name="Refused">syslog, perf_event_open, bpf, userfaultfd, io_uring_setup.</param>
    /// <param name="Control">ioctl.</param>
    /// <param name="Socket">socket.</param>
    private sealed record Numbers(uint Audit, ImmutableArray<uint> Keys, ImmutableArray<uint> Refused, uint Control, uint Socket)
    {
        public bool HasX32 { get; init; }

        public uint? SocketCall { get; init; }
    }
}
