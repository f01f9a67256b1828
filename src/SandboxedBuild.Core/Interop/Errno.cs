namespace SandboxedBuild.Interop;

/// <summary>
/// The error numbers that the project tells apart. The values are those of <c>asm-generic/errno.h</c>, which every
/// architecture that .NET supports on Linux shares.
/// </summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NotFound = 2;
    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;
    public const int NoSuchDevice = 6;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int TooManyFiles = 24;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int Range = 34;
    public const int NoSuchCall = 38;
    public const int NotEmpty = 39;
    public const int Loop = 40;
    public const int NoData = 61;
    public const int Overflow = 75;
    public const int NotSupported = 95;
    public const int NoSuchFamily = 97;
}
