// The literature that methods cite: one entry per work, as BibTeX.
// A method names its sources by key; `muflow cite` prints the entries a run used.

export const BIBTEX = {
  muflow: `@software{muflow,
  title = {muflow: mean-field dynamics of two-layer neural networks},
  author = {{The muflow authors}},
  year = {2026}
}`,
  mei2018: `@article{mei2018,
  title = {A mean field view of the landscape of two-layer neural networks},
  author = {Mei, Song and Montanari, Andrea and Nguyen, Phan-Minh},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {115}, number = {33}, pages = {E7665--E7671}, year = {2018}, eprint = {1804.06561}, archivePrefix = {arXiv}
}`,
  chizat2018: `@inproceedings{chizat2018,
  title = {On the global convergence of gradient descent for over-parameterized models using optimal transport},
  author = {Chizat, L{\\'e}na{\\"i}c and Bach, Francis},
  booktitle = {Advances in Neural Information Processing Systems}, volume = {31}, year = {2018}
}`,
  chizat2022: `@article{chizat2022,
  title = {Mean-field {Langevin} dynamics: exponential convergence and annealing},
  author = {Chizat, L{\\'e}na{\\"i}c},
  journal = {Transactions on Machine Learning Research}, year = {2022}, eprint = {2202.01009}, archivePrefix = {arXiv}
}`,
  nitanda2022: `@inproceedings{nitanda2022,
  title = {Convex analysis of the mean field {Langevin} dynamics},
  author = {Nitanda, Atsushi and Wu, Denny and Suzuki, Taiji},
  booktitle = {International Conference on Artificial Intelligence and Statistics}, year = {2022}, eprint = {2201.10469}, archivePrefix = {arXiv}
}`,
  suzuki2023: `@inproceedings{suzuki2023,
  title = {Convergence of mean-field {Langevin} dynamics: time and space discretization, stochastic gradient, and variance reduction},
  author = {Suzuki, Taiji and Wu, Denny and Nitanda, Atsushi},
  booktitle = {Advances in Neural Information Processing Systems}, year = {2023}, eprint = {2306.07221}, archivePrefix = {arXiv}
}`,
  krichene2020: `@misc{krichene2020,
  title = {Global convergence of second-order dynamics in two-layer neural networks},
  author = {Krichene, Walid and Caluya, Kenneth F. and Halder, Abhishek},
  year = {2020}, eprint = {2007.06852}, archivePrefix = {arXiv}
}`,
  kazeykina2020: `@misc{kazeykina2020,
  title = {Ergodicity of the underdamped mean-field {Langevin} dynamics},
  author = {Kazeykina, Anna and Ren, Zhenjie and Tan, Xiaolu and Yang, Junjian},
  year = {2020}, eprint = {2007.14660}, archivePrefix = {arXiv}
}`,
  marion2023: `@inproceedings{marion2023,
  title = {Leveraging the two-timescale regime to demonstrate convergence of neural networks},
  author = {Marion, Pierre and Berthier, Rapha{\\"e}l},
  booktitle = {Advances in Neural Information Processing Systems}, year = {2023}, eprint = {2304.09576}, archivePrefix = {arXiv}
}`,
  su2016: `@article{su2016,
  title = {A differential equation for modeling {Nesterov}'s accelerated gradient method: theory and insights},
  author = {Su, Weijie and Boyd, Stephen and Cand{\\\`e}s, Emmanuel J.},
  journal = {Journal of Machine Learning Research}, volume = {17}, pages = {1--43}, year = {2016}, eprint = {1503.01243}, archivePrefix = {arXiv}
}`,
  wilson2021: `@article{wilson2021,
  title = {A {Lyapunov} analysis of accelerated methods in optimization},
  author = {Wilson, Ashia C. and Recht, Ben and Jordan, Michael I.},
  journal = {Journal of Machine Learning Research}, volume = {22}, number = {113}, pages = {1--34}, year = {2021}
}`,
  leimkuhler2013: `@article{leimkuhler2013,
  title = {Rational construction of stochastic numerical methods for molecular sampling},
  author = {Leimkuhler, Benedict and Matthews, Charles},
  journal = {Applied Mathematics Research eXpress}, volume = {2013}, number = {1}, pages = {34--56}, year = {2013}, eprint = {1203.5428}, archivePrefix = {arXiv}
}`,
  bussi2007: `@article{bussi2007,
  title = {Accurate sampling using {Langevin} dynamics},
  author = {Bussi, Giovanni and Parrinello, Michele},
  journal = {Physical Review E}, volume = {75}, pages = {056707}, year = {2007}
}`,
  polyak1964: `@article{polyak1964,
  title = {Some methods of speeding up the convergence of iteration methods},
  author = {Polyak, Boris T.},
  journal = {USSR Computational Mathematics and Mathematical Physics}, volume = {4}, number = {5}, pages = {1--17}, year = {1964}
}`,
  nesterov1983: `@article{nesterov1983,
  title = {A method for solving the convex programming problem with convergence rate {$O(1/k^2)$}},
  author = {Nesterov, Yurii},
  journal = {Doklady Akademii Nauk SSSR}, volume = {269}, number = {3}, pages = {543--547}, year = {1983}
}`,
  brunger1984: `@article{brunger1984,
  title = {Stochastic boundary conditions for molecular dynamics simulations of {ST2} water},
  author = {Br{\\"u}nger, Axel and Brooks, Charles L. and Karplus, Martin},
  journal = {Chemical Physics Letters}, volume = {105}, number = {5}, pages = {495--500}, year = {1984}
}`,
  scieur2017: `@inproceedings{scieur2017,
  title = {Integration methods and optimization algorithms},
  author = {Scieur, Damien and Roulet, Vincent and Bach, Francis and d'Aspremont, Alexandre},
  booktitle = {Advances in Neural Information Processing Systems}, volume = {30}, year = {2017}, eprint = {1702.06751}, archivePrefix = {arXiv}
}`,
  fu2023: `@misc{fu2023,
  title = {Mean-field underdamped {Langevin} dynamics and its spacetime discretization},
  author = {Fu, Qiang and Wilson, Ashia},
  year = {2023}, eprint = {2312.16360}, archivePrefix = {arXiv}
}`,
  kloeden1992: `@book{kloeden1992,
  title = {Numerical solution of stochastic differential equations},
  author = {Kloeden, Peter E. and Platen, Eckhard},
  publisher = {Springer}, year = {1992}
}`,
  bossy2004: `@article{bossy2004,
  title = {A symmetrized {Euler} scheme for an efficient approximation of reflected diffusions},
  author = {Bossy, Mireille and Gobet, Emmanuel and Talay, Denis},
  journal = {Journal of Applied Probability}, volume = {41}, number = {3}, pages = {877--889}, year = {2004}
}`,
  hairer1993: `@book{hairer1993,
  title = {Solving ordinary differential equations {I}: nonstiff problems},
  author = {Hairer, Ernst and N{\\o}rsett, Syvert P. and Wanner, Gerhard},
  edition = {2}, publisher = {Springer}, year = {1993}
}`,
  dawson1983: `@article{dawson1983,
  title = {Critical dynamics and fluctuations for a mean-field model of cooperative behavior},
  author = {Dawson, Donald A.},
  journal = {Journal of Statistical Physics}, volume = {31}, pages = {29--85}, year = {1983}
}`,
  salmon2011: `@inproceedings{salmon2011,
  title = {Parallel random numbers: as easy as 1, 2, 3},
  author = {Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.},
  booktitle = {Proceedings of the International Conference for High Performance Computing, Networking, Storage and Analysis (SC11)},
  year = {2011}
}`,
  rotskoff2019: `@inproceedings{rotskoff2019,
  title = {Global convergence of neuron birth-death dynamics},
  author = {Rotskoff, Grant and Jelassi, Samy and Bruna, Joan and Vanden-Eijnden, Eric},
  booktitle = {International Conference on Machine Learning}, year = {2019}, eprint = {1902.01843}, archivePrefix = {arXiv}
}`,
  scharfetter1969: `@article{scharfetter1969,
  title = {Large-signal analysis of a silicon {Read} diode oscillator},
  author = {Scharfetter, D. L. and Gummel, H. K.},
  journal = {IEEE Transactions on Electron Devices}, volume = {16}, number = {1}, pages = {64--77}, year = {1969}
}`,
  chang1970: `@article{chang1970,
  title = {A practical difference scheme for {Fokker--Planck} equations},
  author = {Chang, J. S. and Cooper, G.},
  journal = {Journal of Computational Physics}, volume = {6}, number = {1}, pages = {1--16}, year = {1970}
}`,
  vanleer1979: `@article{vanleer1979,
  title = {Towards the ultimate conservative difference scheme {V}: a second-order sequel to {Godunov}'s method},
  author = {van Leer, Bram},
  journal = {Journal of Computational Physics}, volume = {32}, number = {1}, pages = {101--136}, year = {1979}
}`,
  eyre1998: `@article{eyre1998,
  title = {Unconditionally gradient stable time marching the {Cahn--Hilliard} equation},
  author = {Eyre, David J.},
  journal = {MRS Proceedings}, volume = {529}, pages = {39--46}, year = {1998}
}`,
  filbet2001: `@article{filbet2001,
  title = {Conservative numerical schemes for the {Vlasov} equation},
  author = {Filbet, Francis and Sonnendr{\\"u}cker, Eric and Bertrand, Pierre},
  journal = {Journal of Computational Physics}, volume = {172}, number = {1}, pages = {166--187}, year = {2001}
}`,
  jordan1998: `@article{jordan1998,
  title = {The variational formulation of the {Fokker--Planck} equation},
  author = {Jordan, Richard and Kinderlehrer, David and Otto, Felix},
  journal = {SIAM Journal on Mathematical Analysis}, volume = {29}, number = {1}, pages = {1--17}, year = {1998}
}`,
  peyre2015: `@article{peyre2015,
  title = {Entropic approximation of {Wasserstein} gradient flows},
  author = {Peyr{\\'e}, Gabriel},
  journal = {SIAM Journal on Imaging Sciences}, volume = {8}, number = {4}, pages = {2323--2351}, year = {2015}
}`,
  caluya2020: `@article{caluya2020,
  title = {Gradient flow algorithms for density propagation in stochastic systems},
  author = {Caluya, Kenneth F. and Halder, Abhishek},
  journal = {IEEE Transactions on Automatic Control}, volume = {65}, number = {10}, pages = {3991--4004}, year = {2020}, eprint = {1908.00533}, archivePrefix = {arXiv}
}`,
  bertini2010: `@article{bertini2010,
  title = {Dynamical aspects of mean field plane rotators and the {Kuramoto} model},
  author = {Bertini, Lorenzo and Giacomin, Giambattista and Pakdaman, Khashayar},
  journal = {Journal of Statistical Physics}, volume = {138}, pages = {270--290}, year = {2010}, eprint = {0911.1499}, archivePrefix = {arXiv}
}`,
  carrillo2020: `@article{carrillo2020,
  title = {Long-time behaviour and phase transitions for the {McKean--Vlasov} equation on the torus},
  author = {Carrillo, Jos{\\'e} A. and Gvalani, Rishabh S. and Pavliotis, Grigorios A. and Schlichting, Andr{\\'e}},
  journal = {Archive for Rational Mechanics and Analysis}, volume = {235}, pages = {635--690}, year = {2020}, eprint = {1806.01719}, archivePrefix = {arXiv}
}`,
  geshkovski2023: `@misc{geshkovski2023,
  title = {A mathematical perspective on transformers},
  author = {Geshkovski, Borjan and Letrouit, Cyril and Polyanskiy, Yury and Rigollet, Philippe},
  year = {2023}, eprint = {2312.10794}, archivePrefix = {arXiv}
}`,
  farrell2015: `@article{farrell2015,
  title = {Deflation techniques for finding distinct solutions of nonlinear partial differential equations},
  author = {Farrell, Patrick E. and Birkisson, {\\'A}sgeir and Funke, Simon W.},
  journal = {SIAM Journal on Scientific Computing}, volume = {37}, number = {4}, pages = {A2026--A2045}, year = {2015}
}`,
  hua1990: `@article{hua1990,
  title = {Matrix pencil method for estimating parameters of exponentially damped/undamped sinusoids in noise},
  author = {Hua, Yingbo and Sarkar, Tapan K.},
  journal = {IEEE Transactions on Acoustics, Speech, and Signal Processing}, volume = {38}, number = {5}, pages = {814--824}, year = {1990}
}`,
  villani2009: `@article{villani2009,
  title = {Hypocoercivity},
  author = {Villani, C{\\'e}dric},
  journal = {Memoirs of the American Mathematical Society}, volume = {202}, number = {950}, year = {2009}
}`,
  chen2023: `@misc{chen2023,
  title = {Uniform-in-time propagation of chaos for kinetic mean field {Langevin} dynamics},
  author = {Chen, Fan and Lin, Yiqing and Ren, Zhenjie and Wang, Songbo},
  year = {2023}, eprint = {2307.02168}, archivePrefix = {arXiv}
}`,
  robbins1951: `@article{robbins1951,
  title = {A stochastic approximation method},
  author = {Robbins, Herbert and Monro, Sutton},
  journal = {The Annals of Mathematical Statistics}, volume = {22}, number = {3}, pages = {400--407}, year = {1951}
}`,
  johnson2013: `@inproceedings{johnson2013,
  title = {Accelerating stochastic gradient descent using predictive variance reduction},
  author = {Johnson, Rie and Zhang, Tong},
  booktitle = {Advances in Neural Information Processing Systems}, volume = {26}, pages = {315--323}, year = {2013}
}`,
  wedderburn1974: `@article{wedderburn1974,
  title = {Quasi-likelihood functions, generalized linear models, and the {Gauss--Newton} method},
  author = {Wedderburn, R. W. M.},
  journal = {Biometrika}, volume = {61}, number = {3}, pages = {439--447}, year = {1974}
}`,
  mccullagh1989: `@book{mccullagh1989,
  title = {Generalized linear models},
  author = {McCullagh, Peter and Nelder, John A.},
  edition = {2}, publisher = {Chapman and Hall}, year = {1989}
}`,
  efron1993: `@book{efron1993,
  title = {An introduction to the bootstrap},
  author = {Efron, Bradley and Tibshirani, Robert J.},
  publisher = {Chapman and Hall}, year = {1993}
}`,
  hall1988: `@article{hall1988,
  title = {Theoretical comparison of bootstrap confidence intervals},
  author = {Hall, Peter},
  journal = {The Annals of Statistics}, volume = {16}, number = {3}, pages = {927--953}, year = {1988}
}`,
  hurvich1989: `@article{hurvich1989,
  title = {Regression and time series model selection in small samples},
  author = {Hurvich, Clifford M. and Tsai, Chih-Ling},
  journal = {Biometrika}, volume = {76}, number = {2}, pages = {297--307}, year = {1989}
}`,
  burnham2002: `@book{burnham2002,
  title = {Model selection and multimodel inference: a practical information-theoretic approach},
  author = {Burnham, Kenneth P. and Anderson, David R.},
  edition = {2}, publisher = {Springer}, year = {2002}
}`,
  roache1998: `@book{roache1998,
  title = {Verification and validation in computational science and engineering},
  author = {Roache, Patrick J.},
  publisher = {Hermosa}, year = {1998}
}`,
  sznitman1991: `@incollection{sznitman1991,
  title = {Topics in propagation of chaos},
  author = {Sznitman, Alain-Sol},
  booktitle = {{\\'E}cole d'{\\'E}t{\\'e} de Probabilit{\\'e}s de {Saint-Flour} {XIX}---1989},
  series = {Lecture Notes in Mathematics}, volume = {1464}, pages = {165--251}, publisher = {Springer}, year = {1991}
}`,
  alexander1977: `@article{alexander1977,
  title = {Diagonally implicit {Runge--Kutta} methods for stiff {O.D.E.}'s},
  author = {Alexander, Roger},
  journal = {SIAM Journal on Numerical Analysis}, volume = {14}, number = {6}, pages = {1006--1021}, year = {1977}
}`,
  fournier2015: `@article{fournier2015,
  title = {On the rate of convergence in {Wasserstein} distance of the empirical measure},
  author = {Fournier, Nicolas and Guillin, Arnaud},
  journal = {Probability Theory and Related Fields}, volume = {162}, pages = {707--738}, year = {2015}, eprint = {1312.2128}, archivePrefix = {arXiv}
}`,
  sirignano2020: `@article{sirignano2020,
  title = {Mean field analysis of neural networks: a central limit theorem},
  author = {Sirignano, Justin and Spiliopoulos, Konstantinos},
  journal = {Stochastic Processes and their Applications}, volume = {130}, number = {3}, pages = {1820--1852}, year = {2020}, eprint = {1808.09372}, archivePrefix = {arXiv}
}`,
  williams1998: `@article{williams1998,
  title = {Computation with infinite neural networks},
  author = {Williams, Christopher K. I.},
  journal = {Neural Computation}, volume = {10}, number = {5}, pages = {1203--1216}, year = {1998}
}`,
  zhang2022: `@misc{zhang2022,
  title = {Mean-field analysis of two-layer neural networks: global optimality with linear convergence rates},
  author = {Zhang, Jingwei and Huang, Xunpeng and Yu, Jincheng},
  year = {2022}, eprint = {2205.09860}, archivePrefix = {arXiv}
}`,
} as const;

export type Source = keyof typeof BIBTEX;
