using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>Flags of open(2). Two of them have values of their own on ARM (arch/arm64/include/uapi/asm/fcntl.h).</summary>
internal static class OpenFlags
{
    public const int Read = 0;
    public const int Write = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    /// <summary>The entry itself is not opened, only found (O_PATH).</summary>
    public const int Path = 0x200000;

    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;

    public static int Directory => s_arm ? 0x4000 : 0x10000;

    public static int NoFollow => s_arm ? 0x8000 : 0x20000;
}
