using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>Scripts of random file operations: most succeed, some fail, all do the same wherever they run. None opens a FIFO, which would wait.</summary>
internal sealed class RandomScript(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Names that are no words, for the paths below.</summary>
    public const string Prelude = @"N=$(printf 'n\nl'); B=$(printf '\377'); umask 022; ";

    private static readonly string[] Components = ["a", "b", "c", "d", "'e f'", "-g", "\"$N\"", "\"$B\"", ".h"];

    private static readonly string[] FileModes = ["644", "600", "755", "444", "640"];

    private static readonly string[] DirectoryModes = ["755", "700", "711", "1777"];

    /// <summary>Lines of sh, one operation each.</summary>
    public IEnumerable<string> Operations(int count) => Enumerable.Range(0, count).Select(_ => $"( {Operation()} ) 2>/dev/null");

    private string Operation()
    {
        var (one, two) = (Somewhere(), Somewhere());
        return _random.Next(Caller.IsRoot ? 40 : 38) switch
        {
            0 or 1 => $"[ ! -p {one} ] && echo {Word()} > {one}",
            2 => $"[ ! -p {one} ] && echo {Word()} >> {one}",
            3 => $"[ ! -p {one} ] && : > {one}",
            4 => $"[ ! -p {one} ] && truncate -s {_random.Next(200_000)} {one}",
            5 => $"rm -f {one}",
            6 => $"rm -rf {one}",
            7 => $"mkdir {one}",
            8 or 9 => $"mkdir -p {one}",
            10 => $"rmdir {one}",
            11 or 12 => $"mv {one} {two}",
            13 => $"mv -T {one} {two}",
            14 => $"[ ! -d {one} ] && [ ! -d {two} ] && mv {one} t && mv {two} {one} && mv t {two}; rm -rf t",
            15 => $"[ ! -p {one} ] && cp --remove-destination {one} {two}",
            16 => $"cp -a {one} t && cp -a --remove-destination t {two}; rm -rf t",
            17 => $"cp -rT {one} t && cp -rT --remove-destination t {two}; rm -rf t",
            18 => $"ln -s {Word()} {one}",
            19 => $"ln -sfn {Word()} {one}",
            20 => $"mkfifo {one}",
            21 => $"cd {one} && sock {Pick(Components[..4])}",
            22 => $"[ -f {one} ] && chmod {Pick(FileModes)} {one}",
            23 => $"[ -d {one} ] && [ ! -L {one} ] && chmod {Pick(DirectoryModes)} {one}",
            24 => $"touch -c -d @{Time()} {one}",
            25 => $"touch -c -h -d @{Time()} {one}",
            26 => $"touch {one}",
            27 => $"attr set {one} user.{Pick(["x", "y"])} {_random.Next(256):x2}",
            28 => $"attr drop {one} user.{Pick(["x", "y"])}",
            29 => $"[ -f {one} ] && sed -i s/o/0/g {one}",
            30 => $"[ -f {one} ] && printf x | dd of={one} bs=1 seek={_random.Next(9)} conv=notrunc",
            31 => $"mkdir -m {Pick(DirectoryModes)} {one}",
            32 => $"[ ! -p {one} ] && install -m {Pick(FileModes)} {one} {two}",
            33 => $"find {one} -type f -delete",
            34 => $"[ -d {one} ] && rm -rf {one} && mkdir {one}",
            35 => $"[ -d {one} ] && rm -rf {one} && mkdir -p {one}/{Component()}/{Component()} && echo {Word()} > {one}/{Component()}/{Component()}",
            36 => $"[ -d {one} ] && cp -a {one} t && rm -rf {one} && mv -T t {one}; rm -rf t",
            37 => $"[ -f {one} ] && cp {one} t && cat t > {one}; rm -f t",
            38 => $"chown -h {_random.Next(3)}:{_random.Next(3)} {one}",
            _ => $"chown -hR {_random.Next(3)} {one}",
        };
    }

    private string Somewhere() => "./" + string.Join('/', Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Component()));

    private string Component() => Pick(_random.Next(3) == 0 ? Components : Components[..4]);

    private string Word() => Pick(["one", "two", "foo", "a", "../b", "."]);

    private string Time() => $"{1_100_000_000 + _random.Next(1000)}.{_random.Next(1_000_000_000):d9}";

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
