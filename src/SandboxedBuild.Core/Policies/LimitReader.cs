namespace SandboxedBuild.Policies;

/// <summary>Reads limits.</summary>
internal static class LimitReader
{
    public const decimal LeastCpu = 0.01m;
    public const decimal MostCpus = 4096;

    /// <summary>The kernel's own limit of process ids (<c>PID_MAX_LIMIT</c>).</summary>
    public const decimal MostProcesses = 4 * 1024 * 1024;

    /// <summary>A process that may have fewer cannot load its libraries, or report that it cannot.</summary>
    public const decimal LeastOpenFiles = 16;

    /// <summary>The most that <c>fs.nr_open</c> can be set to on any kernel.</summary>
    public const decimal MostOpenFiles = int.MaxValue;

    public const string WholeForm = "a whole number from 1";
    public const string OpenFilesForm = "a whole number from 16";

    public static StepLimits Read(ref PolicyTokens tokens)
    {
        var limits = StepLimits.None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        tokens.BeginObject("\"limits\"");
        while (tokens.NextKey(seen, PolicyKeys.Limits, "limits") is { } key)
        {
            var what = $"\"{key}\"";
            limits = key switch
            {
                "memory" => limits with { Memory = Size(ref tokens, what) },
                "disk" => limits with { Disk = Size(ref tokens, what) },
                "fileSize" => limits with { FileSize = Size(ref tokens, what) },
                "openFiles" => limits with { OpenFiles = Whole(ref tokens, what, OpenFilesForm, LeastOpenFiles, MostOpenFiles) },
                "time" => limits with { Time = Time(ref tokens, what) },
                "cpu" => limits with { Cpu = tokens.Number(what, "a number of processors, such as 2 or 0.5", LeastCpu, MostCpus) },
                _ => limits with { Processes = Whole(ref tokens, what, WholeForm, 1, MostProcesses) },
            };
        }

        return limits;
    }

    private static long Size(ref PolicyTokens tokens, string what)
    {
        var text = tokens.Text(what);
        return Quantity.Size(text) ?? throw tokens.Mistake($"\"{text}\" is no value of {what}; it is {Quantity.SizeForm}");
    }

    private static TimeSpan Time(ref PolicyTokens tokens, string what)
    {
        var text = tokens.Text(what);
        return Quantity.Time(text) ?? throw tokens.Mistake($"\"{text}\" is no value of {what}; it is {Quantity.TimeForm}");
    }

    private static int Whole(ref PolicyTokens tokens, string what, string form, decimal least, decimal most)
    {
        var number = tokens.Number(what, form, least, most);
        return number == Math.Truncate(number) ? (int)number : throw tokens.Mistake($"{what} must be {form}");
    }
}
