Console.Write(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "report.txt")));
